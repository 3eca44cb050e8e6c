package audience

import "math/bits"

// slab is the users that are remembered, in the order in which they were last
// seen, the longest unseen first to go. All it does takes the same short time
// for one user as for millions: it grows by a block, never by copying, and its
// index (linear hashing) by one bucket. A user takes 36 bytes, and none of them
// is a pointer. Not safe for concurrent use.
type slab struct {
	users   blocks[user]
	heads   blocks[uint32] // of the buckets' chains
	buckets uint32
	made    uint32 // places in users that were ever used
	n       int
	free    uint32 // a chain of places that were
	newest  uint32
	oldest  uint32
}

// user is one who is remembered. He is named by his place, from 1 on; 0 is nobody.
type user struct {
	hash         uint64
	newer, older uint32
	chain        uint32 // the next in his bucket
	count        uint32 // how often he came
	added        uint32 // as much of that as the store lacks
	seen         uint32 // when last, in minutes since 1970
}

// blocks are an array that grows by a block.
type blocks[T any] []*[blockLen]T

const blockLen = 1 << 10

func (b blocks[T]) at(i uint32) *T { return &b[i/blockLen][i%blockLen] }

// reach makes place i be there.
func (b *blocks[T]) reach(i uint32) {
	if i/blockLen >= uint32(len(*b)) {
		*b = append(*b, new([blockLen]T))
	}
}

// firstBuckets is a whole number of shards, so that a bucket belongs to one
// shard whatever their number: its own number's last bits say to which.
const firstBuckets = shards

func newSlab() *slab {
	s := &slab{buckets: firstBuckets}
	s.heads.reach(firstBuckets - 1)
	return s
}

// bucket of a hash.
func (s *slab) bucket(hash uint64) uint32 {
	all := uint32(1)<<bits.Len32(s.buckets-1) - 1
	b := uint32(hash) & all
	if b >= s.buckets {
		b &= all >> 1
	}
	return b
}

// find a user; 0 if he is not remembered.
func (s *slab) find(hash uint64) uint32 {
	i := *s.heads.at(s.bucket(hash))
	for i != 0 && s.users.at(i).hash != hash {
		i = s.users.at(i).chain
	}
	return i
}

// add a user who is not there, as the newest or the oldest.
func (s *slab) add(u user, newest bool) uint32 {
	i := s.free
	if i != 0 {
		s.free = s.users.at(i).chain
	} else {
		s.made++
		i = s.made
		s.users.reach(i)
	}
	if s.n++; s.n > int(s.buckets) {
		s.split()
	}
	head := s.heads.at(s.bucket(u.hash))
	u.chain, *head = *head, i
	*s.users.at(i) = u
	if newest {
		s.link(i, 0, s.newest)
	} else {
		s.link(i, s.oldest, 0)
	}
	return i
}

// split makes one more bucket, of those of an older one who belong there.
func (s *slab) split() {
	fresh := s.buckets
	old := fresh &^ (1 << (bits.Len32(fresh) - 1))
	s.heads.reach(fresh)
	s.buckets++
	i := *s.heads.at(old)
	*s.heads.at(old) = 0
	for i != 0 {
		u := s.users.at(i)
		next := u.chain
		head := s.heads.at(s.bucket(u.hash))
		u.chain, *head = *head, i
		i = next
	}
}

// remove a user.
func (s *slab) remove(i uint32) {
	u := s.users.at(i)
	at := s.heads.at(s.bucket(u.hash))
	for *at != i {
		at = &s.users.at(*at).chain
	}
	*at = u.chain
	s.unlink(i)
	*u = user{chain: s.free}
	s.free = i
	s.n--
}

// touch makes a user the newest.
func (s *slab) touch(i uint32) {
	if i != s.newest {
		s.unlink(i)
		s.link(i, 0, s.newest)
	}
}

// link a user between two neighbours.
func (s *slab) link(i, newer, older uint32) {
	u := s.users.at(i)
	u.newer, u.older = newer, older
	if newer == 0 {
		s.newest = i
	} else {
		s.users.at(newer).older = i
	}
	if older == 0 {
		s.oldest = i
	} else {
		s.users.at(older).newer = i
	}
}

func (s *slab) unlink(i uint32) {
	u := s.users.at(i)
	if u.newer == 0 {
		s.newest = u.older
	} else {
		s.users.at(u.newer).older = u.older
	}
	if u.older == 0 {
		s.oldest = u.newer
	} else {
		s.users.at(u.older).newer = u.newer
	}
}
