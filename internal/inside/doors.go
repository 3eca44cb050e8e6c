package inside

// Loop is one loop of the epoll pump. One that has not answered in time tells only what is known
// without it.
type Loop struct {
	Loop        int     `json:"loop"` // from 1
	Answered    bool    `json:"answered"`
	Took        float64 `json:"mail_seconds"` // how long the question lay in its mail
	Mail        int     `json:"mail"`         // letters that lay there before it
	Connections int     `json:"connections"`
	Hall        int     `json:"hall"`  // of them, those that do not watch yet, or no more
	Lanes       int     `json:"lanes"` // that somebody watches
	Busy        float64 `json:"busy_seconds"`
	Walks       uint64  `json:"walks"`
	Walked      float64 `json:"walk_seconds"`
	LastWalk    float64 `json:"last_walk_seconds"`
	Full        int     `json:"full"` // watchers noted since the kernel had no room for them
	Slowest
}

// Gates are the doors, and who was turned away.
type Gates struct {
	Doors       []Door            `json:"doors"`
	Connections int64             `json:"connections"`
	Limit       int64             `json:"limit"`    // 0: none is known
	Accepted    uint64            `json:"accepted"` // since the start, as are the next three
	Starved     uint64            `json:"starved"`
	Yielded     uint64            `json:"yielded"`
	Refused     map[string]uint64 `json:"refused"` // at all doors, by reason
}

// Door is one port.
type Door struct {
	Protocol  string            `json:"protocol"` // tcp, tls (the line protocol over TLS), http, https
	Address   string            `json:"address"`
	Watchers  int64             `json:"watchers"`  // who came in by it
	Greeting  int               `json:"greeting"`  // connected, and have not said what they want
	Pondering int               `json:"pondering"` // they have, and it is looked for
	Refused   map[string]uint64 `json:"refused"`   // since the start, by reason
}
