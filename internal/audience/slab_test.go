package audience

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// order is the users from the newest to the oldest; it checks the links both ways.
func (s *slab) order(t *testing.T) (hashes []uint64) {
	t.Helper()
	newer := uint32(0)
	for i := s.newest; i != 0; i = s.users.at(i).older {
		u := s.users.at(i)
		if u.newer != newer {
			t.Fatalf("user %d is behind %d, not %d", i, newer, u.newer)
		}
		newer = i
		hashes = append(hashes, u.hash)
	}
	if s.oldest != newer || len(hashes) != s.n {
		t.Fatalf("%d users in order, %d are counted; the oldest is %d, not %d", len(hashes), s.n, newer, s.oldest)
	}
	return hashes
}

// TestSlab does at random what may be done, beside a plain list.
func TestSlab(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 0))
		s := newSlab()
		var want []uint64 // newest first
		for range 4000 {
			hash := mix(r.Uint64N(3000))
			i, at := s.find(hash), slices.Index(want, hash)
			if (i != 0) != (at >= 0) {
				t.Fatalf("found at %d, expected at %d", i, at)
			}
			switch {
			case i == 0 && r.IntN(4) == 0:
				s.add(user{hash: hash}, false)
				want = append(want, hash)
			case i == 0:
				s.add(user{hash: hash}, true)
				want = slices.Insert(want, 0, hash)
			case r.IntN(3) == 0:
				s.remove(i)
				want = slices.Delete(want, at, at+1)
			default:
				s.touch(i)
				want = slices.Insert(slices.Delete(want, at, at+1), 0, hash)
			}
		}
		if got := s.order(t); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %d users, want %d, in another order", seed, len(got), len(want))
		}
		if s.buckets <= 2*firstBuckets || s.made > s.buckets {
			t.Fatalf("%d buckets, %d places: the test shows nothing, or places are not used again", s.buckets, s.made)
		}
		longest := 0
		for b := range s.buckets {
			n := 0
			for i := *s.heads.at(b); i != 0; i = s.users.at(i).chain {
				n++
			}
			longest = max(longest, n)
		}
		if longest > 16 {
			t.Errorf("a bucket has %d users", longest)
		}
	}
}

// A user takes some 36 bytes, all in.
func TestSlabIsSmall(t *testing.T) {
	const users = 1 << 18
	before := heap()
	s := newSlab()
	for i := range uint64(users) {
		s.add(user{hash: mix(i)}, true)
	}
	each := float64(heap()-before) / users
	if each > 40 {
		t.Errorf("a user takes %.1f bytes", each)
	}
	t.Logf("a user takes %.1f bytes", each)
	if s.n != users {
		t.Error("kept alive")
	}
}
