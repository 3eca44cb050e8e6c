package node

import "matchstream/internal/pump"

// insideLoop is one loop of the epoll pump. One that has not answered in time tells
// only what is known without it.
type insideLoop struct {
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
	insideSlowest
}

// insideSlowest is the watcher who stands farthest behind.
type insideSlowest struct {
	Events int64   `json:"behind_events"`
	Bytes  uint64  `json:"behind_bytes"`
	Still  float64 `json:"still_seconds"` // since he has last taken something
}

func slowest(s pump.Straggler) insideSlowest {
	return insideSlowest{Events: s.Events, Bytes: s.Bytes, Still: s.Still.Seconds()}
}

func insideLoops(in pump.Inside) []insideLoop {
	all := []insideLoop{}
	for _, l := range in.Loops {
		all = append(all, insideLoop{Loop: l.Loop, Answered: l.Answered, Took: l.Took.Seconds(), Mail: l.Mail, Connections: l.Connections,
			Hall: l.Hall, Lanes: l.Lanes, Busy: l.Busy.Seconds(), Walks: l.Walks, Walked: l.Walked.Seconds(), LastWalk: l.LastWalk.Seconds(),
			Full: l.Full, insideSlowest: slowest(l.Slowest)})
	}
	return all
}
