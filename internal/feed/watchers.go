package feed

// retired is far below zero, so that a late Acquire still sees it.
const retired = -1 << 40

// Acquire counts a watcher in. False: the lane was given up for want of
// watchers and gets no more frames; ask for the match's lane again.
func (l *Lane) Acquire() bool {
	if l.watchers.Add(1) > 0 {
		return true
	}
	l.watchers.Add(-1)
	return false
}

// Release counts a watcher out that Acquire has counted in.
func (l *Lane) Release() { l.watchers.Add(-1) }

// Watchers is how many there are now.
func (l *Lane) Watchers() int64 { return max(0, l.watchers.Load()) }

// Retire gives the lane up if nobody watches it, and says whether it did.
func (l *Lane) Retire() bool { return l.watchers.CompareAndSwap(0, retired) }
