package store

// Partial is a Store that has the catalogue of another server, and of the
// journals those that somebody reads: that of an edge. Nothing can be appended
// to it. Its Read begins to follow a journal, and returns once it has what the
// other server has; what comes later is told by Follow.
type Partial interface {
	Store

	// Listed is nil once the catalogue has been had whole for the first time;
	// before, it is an ErrUnavailable.
	Listed() error

	// Knows is nil as long as what is not in the catalogue is surely not there;
	// else an ErrUnavailable.
	Knows() error

	// Release lets go of a journal, until it is read again. False: it has been
	// read just now, and is kept. It does not wait for anything.
	Release(key Key) bool
}
