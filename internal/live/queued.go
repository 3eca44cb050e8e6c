package live

import "time"

// Queued is what of the audience waits to be written behind (of matches, and of users),
// or to be told to other nodes, and for how long the first has been due.
func (l *Live) Queued() (matches, users, news int, late time.Duration) {
	q := l.ledger.Queued()
	return q.Matches, q.Users, q.News, q.Late
}
