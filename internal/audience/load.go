package audience

import (
	"cmp"
	"context"
	"slices"
)

// loadUsers reads the users, once, at the start; those who join meanwhile are
// counted already. A shard that cannot be read now is read when it is next to
// be written, or asked for.
func (l *Ledger) loadUsers() {
	if l.begins(l.run) != nil {
		return
	}
	defer l.ends()
	if l.visits.limit <= 0 {
		l.dropUsers()
		return
	}
	type read struct {
		shard    *shard
		revision uint64
		newer    bool
	}
	var shards []read
	var all []visitor
	for i := range l.visits.shards {
		s := &l.visits.shards[i]
		ctx, cancel := context.WithTimeout(l.run, storing)
		e, err := l.get(ctx, shardEntry(s.number))
		cancel()
		if err != nil {
			if l.run.Err() == nil {
				l.log.Warn("not all users can be read yet", "key", shardEntry(s.number), "cause", err)
			}
			break // and not wait for each of the others
		}
		stored, newer := s.parse(e)
		all = append(all, stored...)
		shards = append(shards, read{s, e.Revision, newer})
	}
	// So the latest find room first, and stand in the order in which they
	// were seen.
	slices.SortFunc(all, func(a, b visitor) int { return cmp.Compare(b.seen, a.seen) })
	l.visits.some(len(all), func(i int) { l.visits.take(byte(all[i].hash), all[i]) })
	for _, r := range shards {
		r.shard.is(r.revision, r.newer)
	}
}

// dropUsers forgets users that are remembered no more.
func (l *Ledger) dropUsers() {
	for i := range l.visits.shards {
		ctx, cancel := context.WithTimeout(l.run, storing)
		e, err := l.get(ctx, shardEntry(byte(i)))
		if err == nil && e.Revision != 0 {
			err = l.store.Delete(ctx, e.Key, e.Revision)
		}
		cancel()
		if err != nil {
			if l.run.Err() == nil {
				l.log.Warn("users of earlier starts are not all forgotten; that is tried again at the next start", "key", shardEntry(byte(i)), "cause", err)
			}
			return
		}
	}
}
