// Package search decides which number of users is tried next: the plan of a search for
// the most that a service carries. It does nothing else: no I/O, no clock.
//
// # How it goes
//
//	double     from the first size, users and how many come at once alike, until a
//	           try fails, or the most that may be tried has worked
//	once more  a try that failed is repeated before it is believed: noise rarely
//	           strikes the same number twice
//	bisect     between the most that worked and the fewest that failed, until they
//	           are as close as was asked
//
// A try that fails may say how many users it did carry: a service that takes 1,000 and
// turns the others away tells its number at once. That number, and the one above, are
// tried before the middle is. A number that was wrong costs a try and no more: after
// two the middle is tried again. What either of the two tries of a number says counts:
// not each shows it.
package search

// Size is how large a try is.
type Size struct {
	Users  int // N
	AtOnce int // C
}

// Options of a search. The zero value is the article's: from 16 users, 4 at a time,
// without end, to the user.
type Options struct {
	First     Size    // of the first try; 0: 16 and 4
	Most      Size    // of any; 0: no limit
	Precision float64 // a share: 0.02 ends a search when the two numbers are 2 % apart; less than a user is one
}

// Search is one search. It belongs to one goroutine.
type Search struct {
	o       Options
	worked  int // the most users that worked
	failing int // the fewest that failed; 0: none did
	next    int
	failed  bool // the next is one that has failed once
	first   int  // carried by the first of the two tries of next; 0: unknown
	carried int  // of the last that failed twice; 0: unknown
	guesses int  // tried one after the other
}

// New is a search that has not begun.
func New(o Options) *Search {
	if o.First.Users <= 0 {
		o.First.Users = 16
	}
	if o.First.AtOnce <= 0 {
		o.First.AtOnce = max(1, o.First.Users/4)
	}
	s := &Search{o: o, next: o.First.Users}
	if o.Most.Users > 0 {
		s.next = min(s.next, o.Most.Users)
	}
	return s
}

// Next is the size to try; false: the search is at its end.
func (s *Search) Next() (Size, bool) { return s.size(s.next), s.next > 0 }

// Again says whether the next try repeats one that has failed once.
func (s *Search) Again() bool { return s.failed }

// Tell says how the try that Next named has gone. carried is how many users one that
// failed did carry, 0 where that is not known.
func (s *Search) Tell(worked bool, carried int) {
	switch {
	case worked:
		s.worked = s.next
	case !s.failed:
		s.failed, s.first = true, carried
		return
	default:
		if carried <= 0 {
			carried = s.first
		}
		s.failing, s.carried = s.next, carried
	}
	s.failed, s.first = false, 0
	s.next = s.choose()
}

// choose the next number of users; 0: none.
func (s *Search) choose() int {
	most := s.o.Most.Users
	switch {
	case s.failing == 0 && most > 0 && s.worked >= most:
		return 0
	case s.failing == 0 && most > 0:
		return min(2*s.worked, most)
	case s.failing == 0:
		return 2 * s.worked
	case s.failing-s.worked <= s.gap():
		return 0
	}
	guess := s.carried
	if guess > 0 && guess == s.worked {
		guess++ // that many have worked: is it the most?
	}
	if guess > s.worked && guess < s.failing && s.guesses < 2 {
		s.guesses++
		return guess
	}
	s.guesses = 0
	return s.worked + (s.failing-s.worked)/2
}

// gap is how far apart the two numbers may be at the end.
func (s *Search) gap() int { return max(1, int(s.o.Precision*float64(s.failing))) }

// size with so many users: as many times more come at once as there are more of them.
func (s *Search) size(users int) Size {
	atOnce := max(1, users*s.o.First.AtOnce/s.o.First.Users)
	if s.o.Most.AtOnce > 0 {
		atOnce = min(atOnce, s.o.Most.AtOnce)
	}
	return Size{users, atOnce}
}

// Found is the largest size that worked and the smallest that did not; zero: there was
// none.
func (s *Search) Found() (worked, failing Size) {
	if s.worked > 0 {
		worked = s.size(s.worked)
	}
	if s.failing > 0 {
		failing = s.size(s.failing)
	}
	return worked, failing
}

// Left is about how many tries there are until the end, that of now included: as many as
// bisection takes if all that is tried fails once. Guesses that are wrong come on top.
// Known only if something has failed.
func (s *Search) Left() (tries int, known bool) {
	if s.failing == 0 {
		return 0, false
	}
	for gap := s.failing - s.worked; gap > s.gap(); gap -= gap / 2 {
		tries += 2
	}
	return tries, true
}
