package bound

import "time"

// tell how it stands; doing "" is what was told before. Any goroutine may.
func (r *run) tell(doing string, ready int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if doing == "" {
		doing = r.mu.doing
	}
	r.mu.doing = doing
	r.Told(r.progress(doing, ready))
}

// unable: something could not be recorded, or tidied up; the first is the run's error.
func (r *run) unable(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mu.unable == nil {
		r.mu.unable = err
	}
}

func (r *run) progress(doing string, ready int) Progress {
	size, _ := r.plan.Next()
	worked, failing := r.plan.Found()
	p := Progress{Search: r.name, Step: r.step, Again: r.plan.Again(), Users: size.Users, AtOnce: size.AtOnce, Doing: doing, Ready: ready,
		Worked: worked.Users, Failed: failing.Users}
	if tries, known := r.plan.Left(); known {
		p.Left, p.Known = time.Duration(tries)*r.took, true
	}
	return p
}

// at is how long ago the run, or its record, began, in seconds.
func (r *run) at() float64 {
	if r.Record != nil {
		return r.Record.At()
	}
	return time.Since(r.began).Seconds()
}

// ended tells that the try has.
func (t *try) ended() {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress("ended", 0)
	p.Ended = &t.step
	t.Told(p)
}
