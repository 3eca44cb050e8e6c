package audience

import (
	"cmp"
	"slices"
)

// present is a user of a shard at the moment of a write.
type present struct {
	visitor
	added uint32
}

// someUsers is how many users are looked at, or buckets of them, before the
// lock is let go: some ten microseconds.
const someUsers = 64

// gather is all users of the shard that are remembered, by hash. Who joins
// meanwhile may be in it or not: then the shard is queued again.
func (s *shard) gather() (all []present) {
	v := &s.ledger.visits
	for b, more := uint32(s.number), true; more; {
		v.mu.Lock()
		u := v.mu.users
		for range someUsers {
			if more = b < u.buckets; !more {
				break
			}
			for i := *u.heads.at(b); i != 0; i = u.users.at(i).chain {
				is := u.users.at(i)
				all = append(all, present{visitor{is.hash, is.count, is.seen}, is.added})
			}
			b += shards
		}
		v.mu.Unlock()
	}
	// A bucket that is split behind the walk gives users to one that is before
	// it: they come twice, the second time as they are later.
	slices.SortStableFunc(all, func(a, b present) int { return cmp.Compare(a.hash, b.hash) })
	kept := all[:0]
	for _, p := range all {
		if n := len(kept); n > 0 && kept[n-1].hash == p.hash {
			kept[n-1] = p
		} else {
			kept = append(kept, p)
		}
	}
	return kept
}
