package crowd

// appointment is when a watcher is to be looked at.
type appointment struct {
	at  int64 // ns since the crowd's beginning
	who int32
}

// timers is a heap of appointments. A watcher has at most a few in it: one that was
// moved to a later time stays, and is put in again when it comes up.
type timers []appointment

func (t *timers) add(at int64, who int32) {
	h := append(*t, appointment{at, who})
	*t = h
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if h[up].at <= h[i].at {
			break
		}
		h[up], h[i] = h[i], h[up]
		i = up
	}
}

// next is the earliest; false: there is none.
func (t timers) next() (appointment, bool) {
	if len(t) == 0 {
		return appointment{}, false
	}
	return t[0], true
}

// drop takes the earliest out.
func (t *timers) drop() {
	h := *t
	last := len(h) - 1
	h[0] = h[last]
	h = h[:last]
	*t = h
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			return
		}
		if down+1 < last && h[down+1].at < h[down].at {
			down++
		}
		if h[i].at <= h[down].at {
			return
		}
		h[i], h[down] = h[down], h[i]
		i = down
	}
}
