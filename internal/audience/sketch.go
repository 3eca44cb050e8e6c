package audience

import (
	"slices"

	"github.com/axiomhq/hyperloglog"
)

// crowded is how many users are counted one by one: with more, the registers
// of a HyperLogLog are smaller than a table of all of them.
const crowded = 3 << 10

// sketch estimates how many different users there were: exactly while they
// are few, within some 0.8 % from then on. It takes 16 bytes for one user,
// 1 KiB for a hundred, 16 KiB for any number of them.
//
// (The library's own sparse form is as small, but collects newcomers, known or
// not, and sorts them in every 164 joins: garbage, and up to 16 KiB copied
// under a lock that a pump's loop waits for.)
type sketch struct {
	table []uint32 // open addressing; 0 is a free place; a power of two of them
	n     int      // users in table
	dense *hyperloglog.Sketch
}

// keyOf is as much of a hash as the table has.
func keyOf(hash uint64) uint32 { return max(1, uint32(hash>>32)) }

// hashOf is a hash that has this key.
func hashOf(key uint32) uint64 { return uint64(key)<<32 | 1<<31 }

// add a user's hash; false if he was there. Of many that is not known.
func (s *sketch) add(hash uint64) bool {
	if s.dense != nil {
		s.dense.InsertHash(hash)
		return true
	}
	if !s.addKey(keyOf(hash)) {
		return false
	}
	if s.n > crowded {
		s.condense()
	}
	return true
}

// addKey puts a key into the table; false if it was there.
func (s *sketch) addKey(key uint32) bool {
	if 4*(s.n+1) > 3*len(s.table) {
		s.grow()
	}
	i := s.place(key)
	if s.table[i] == key {
		return false
	}
	s.table[i] = key
	s.n++
	return true
}

// place is where a key is, or would be.
func (s *sketch) place(key uint32) uint32 {
	mask := uint32(len(s.table) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		if s.table[i] == key || s.table[i] == 0 {
			return i
		}
	}
}

func (s *sketch) grow() {
	old := s.table
	s.table = make([]uint32, max(4, 2*len(old)))
	for _, key := range old {
		if key != 0 {
			s.table[s.place(key)] = key
		}
	}
}

// condense goes over to a HyperLogLog.
func (s *sketch) condense() {
	dense := hyperloglog.NewNoSparse()
	for _, key := range s.table {
		if key != 0 {
			dense.InsertHash(hashOf(key))
		}
	}
	*s = sketch{dense: dense}
}

// merge adds all users of another sketch.
func (s *sketch) merge(o *sketch) {
	if o.dense != nil {
		if s.dense == nil {
			s.condense()
		}
		if err := s.dense.Merge(o.dense); err != nil {
			panic(err) // both are of the one precision: parsing sees to that
		}
		return
	}
	for _, key := range o.table {
		if key != 0 {
			s.add(hashOf(key))
		}
	}
}

// some: there is a user.
func (s *sketch) some() bool { return s.n > 0 || s.dense != nil }

// clone is a copy, so that the estimate, which takes half a millisecond, is
// not made under a lock.
func (s *sketch) clone() sketch {
	if s.dense != nil {
		return sketch{dense: s.dense.Clone()}
	}
	return sketch{table: slices.Clone(s.table), n: s.n}
}

// estimate is how many users there were.
func (s *sketch) estimate() uint64 {
	if s.dense != nil {
		return s.dense.Estimate()
	}
	return uint64(s.n)
}
