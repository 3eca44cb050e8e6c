package audience

import "time"

// Queued is what waits to be written, or told to other nodes.
type Queued struct {
	Matches int           // whose audience is to be written
	Users   int           // shards of the users, of 256
	News    int           // matches of which other nodes are to be told
	Late    time.Duration // for how long the first of those to be written has been due; 0: none is
}

// Queued counts. Any goroutine.
func (l *Ledger) Queued() Queued {
	q := Queued{Matches: l.matches.length(), Users: l.shards.length(), News: l.news.length()}
	for _, of := range []*queue{&l.matches, &l.shards} {
		if due, any := of.due(); any {
			q.Late = max(q.Late, time.Since(due))
		}
	}
	return q
}
