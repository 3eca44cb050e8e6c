package search

import (
	"testing"

	"pgregory.net/rapid"
)

// try a whole search on a service that carries limit users, and count the tries.
func try(t *rapid.T, s *Search, limit int, flaky func() bool, carried func(Size) int) (tries int) {
	unlucky := -1
	for {
		size, more := s.Next()
		if !more {
			return tries
		}
		if tries++; tries > 400 {
			t.Fatalf("no end: %+v", s)
		}
		ok := size.Users <= limit
		if ok && unlucky != size.Users && flaky() {
			ok, unlucky = false, size.Users
		}
		if ok {
			s.Tell(true, 0)
		} else {
			s.Tell(false, carried(size))
		}
	}
}

// Whatever a service carries, however often a try fails that should not have (never the
// same twice), and whatever is said of how many it carried: the number is found.
func TestFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(0, 200_000).Draw(t, "limit")
		most := rapid.SampledFrom([]int{0, 1, 10, 100, 64_000}).Draw(t, "most")
		first := Size{rapid.IntRange(1, 100).Draw(t, "first"), rapid.IntRange(1, 100).Draw(t, "at once")}
		s := New(Options{First: first, Most: Size{Users: most}})
		try(t, s, limit, func() bool { return rapid.IntRange(0, 3).Draw(t, "luck") == 0 },
			func(Size) int { return rapid.IntRange(-1, 300_000).Draw(t, "carried") })
		worked, failing := s.Found()
		want, wantFailing := limit, limit+1
		if most > 0 && limit >= most {
			want, wantFailing = most, 0
		}
		if worked.Users != want || failing.Users != wantFailing {
			t.Fatalf("found %v and %v, expected %d and %d", worked, failing, want, wantFailing)
		}
	})
}

// A service that turns away who is too many tells its number: then it takes no bisection.
func TestCarried(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(16, 1_000_000).Draw(t, "limit")
		s := New(Options{})
		tries := try(t, s, limit, func() bool { return false }, func(Size) int { return limit })
		doublings := 0
		for n := 16; n <= limit; n *= 2 {
			doublings++
		}
		// Two of the first that fails, the number, and two of the one above.
		if worked, _ := s.Found(); worked.Users != limit || tries > doublings+5 {
			t.Fatalf("found %v of %d in %d tries", worked, limit, tries)
		}
	})
}

// What the first of two tries tells is not lost by the second, which did not: here one
// user more than fit come in, and are not turned away the second time.
func TestCarriedByEither(t *testing.T) {
	s := New(Options{First: Size{16384, 4096}, Most: Size{32768, 0}, Precision: 0.02})
	for i, try := range []struct {
		users   int
		worked  bool
		carried int
	}{{16384, true, 0}, {32768, false, 19343}, {32768, false, 19343}, {19343, false, 19342}, {19343, false, 0}, {19342, true, 0}} {
		if size, _ := s.Next(); size.Users != try.users {
			t.Fatalf("try %d: %d users, expected %d", i+1, size.Users, try.users)
		}
		s.Tell(try.worked, try.carried)
	}
	if _, more := s.Next(); more {
		t.Error("no end, though the number is exact")
	}
	if worked, failing := s.Found(); worked.Users != 19342 || failing.Users != 19343 {
		t.Errorf("found %v and %v", worked, failing)
	}
}

// To within a share of the number, in fewer tries; and Left is an upper bound.
func TestPrecision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(0, 200_000).Draw(t, "limit")
		s := New(Options{Precision: 0.02})
		left, known := 0, false
		for {
			size, more := s.Next()
			if !more {
				break
			}
			was, wasKnown := left, known
			if left, known = s.Left(); wasKnown && left > was {
				t.Fatalf("%d tries left, and then %d", was, left)
			}
			s.Tell(size.Users <= limit, 0)
		}
		worked, failing := s.Found()
		if worked.Users > limit || failing.Users <= limit || failing.Users-worked.Users > max(1, failing.Users/50) {
			t.Fatalf("%v to %v for %d", worked, failing, limit)
		}
	})
}

func TestSizes(t *testing.T) {
	s := New(Options{Most: Size{1000, 100}})
	for i, want := range []Size{{16, 4}, {32, 8}, {64, 16}, {128, 32}, {256, 64}, {512, 100}, {1000, 100}} {
		size, more := s.Next()
		if size != want || !more || s.Again() {
			t.Errorf("%d: %v %v", i, size, more)
		}
		s.Tell(true, 0)
	}
	if size, more := s.Next(); more {
		t.Errorf("after the most: %v", size)
	}
	s = New(Options{})
	s.Tell(false, 0)
	if size, _ := s.Next(); !s.Again() || size != (Size{16, 4}) {
		t.Errorf("what failed once is not tried again, but %v", size)
	}
	s.Tell(false, 0)
	if size, _ := s.Next(); s.Again() || size != (Size{8, 2}) {
		t.Errorf("between nothing and 16: %v", size)
	}
}
