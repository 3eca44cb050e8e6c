package edge

import (
	"bytes"
	"context"
	"time"

	"matchstream/internal/live"
)

const (
	// reporting is how often the audience is reported; the origin forgets it
	// after 15 s.
	reporting = 5 * time.Second
	greeting  = 3 * time.Second
	// parting is how long an edge that stops tries to say that nobody is there.
	parting = 2 * time.Second
	// atOnce is how many bytes of reports are in one request: the API takes 64 KiB.
	atOnce = 60 << 10
)

// Reporter tells the origin of the audience here.
type Reporter struct {
	store *Store
	token string
	key   []byte // the origin's, under which users are counted here; nil: they are not reported
	heard bool   // the last report was taken
	round uint64 // of reports so far
}

// Reports is what there is to be reported, and what to call for those, from one to
// before another, that the origin has, or perhaps has: see live.Live.AudienceReports.
type Reports func() (reports []live.AudienceReport, taken func(from, to int))

// Greet makes a Reporter, by a token of scope edge. It asks the origin for the
// key under which it counts users, and puts it into the catalogue: so it is to be
// called before live is opened. Where the origin does not answer, users are not
// reported, only how many watch.
func (s *Store) Greet(ctx context.Context, token string) *Reporter {
	r := &Reporter{store: s, token: token, heard: true}
	ctx, cancel := context.WithTimeout(ctx, greeting)
	defer cancel()
	key, err := r.send(ctx, []live.AudienceReport{})
	if err == nil && len(key) > 0 {
		if _, err = s.Put(ctx, live.AudienceKeyEntry, key, 0); err == nil {
			r.key = key
		}
	}
	if err != nil {
		s.log.Warn("users are not reported to the origin until the next start, only watchers", "address", s.origin.base, "cause", err)
	}
	return r
}

// Report reports what reports gives until the store is closed; then, once more, that
// nobody is there.
func (r *Reporter) Report(reports Reports) {
	r.store.background(func() {
		tick := time.NewTicker(reporting)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				r.reports(reports)
			case <-r.store.run.Done():
				r.parts(reports)
				return
			}
		}
	})
}

func (r *Reporter) reports(reports Reports) {
	all, taken := reports()
	if len(all) == 0 {
		return
	}
	err := r.all(r.store.run, all, taken)
	if err != nil && r.heard && r.store.run.Err() == nil {
		r.store.log.Warn("the origin has not taken what was reported of the audience; trying again", "address", r.store.origin.base, "cause", err)
	}
	r.heard = err == nil
}

// parts says that nobody is there any more: they may be at another edge already. Where
// the origin took nothing before, it is not waited for.
func (r *Reporter) parts(reports Reports) {
	all, taken := reports()
	if len(all) == 0 || !r.heard {
		return
	}
	for i := range all {
		all[i].Now = 0
	}
	ctx, cancel := context.WithTimeout(context.Background(), parting)
	defer cancel()
	if err := r.all(ctx, all, taken); err != nil {
		r.store.log.Warn("the origin was not told that nobody watches here any more; it counts them for a few seconds", "address", r.store.origin.base, "cause", err)
	}
}

// all sends reports, which are one round, in as many requests as they need. What may
// have been taken is not sent again: too few are better than some twice.
func (r *Reporter) all(ctx context.Context, reports []live.AudienceReport, taken func(from, to int)) error {
	r.round++
	for from := 0; from < len(reports); {
		to, size := from, 0
		for ; to < len(reports); to++ {
			if r.key == nil {
				reports[to].Users = nil
			}
			if size += 2*len(reports[to].Users) + 300; size > atOnce && to > from {
				break
			}
		}
		key, err := r.send(ctx, reports[from:to])
		if !refused(err) {
			taken(from, to)
		}
		if err != nil {
			return err
		}
		r.sees(key)
		from = to
	}
	return nil
}

// sees the key under which the origin counts users now. Where it is another than that
// under which they are counted here, the origin was wiped: somebody who comes to both
// would be counted twice from now on.
func (r *Reporter) sees(key []byte) {
	if r.key == nil || bytes.Equal(key, r.key) {
		return
	}
	r.key = nil
	r.store.log.Warn("users are not reported to the origin any more, only watchers: it counts them under another key than it did; it may have been wiped",
		"address", r.store.origin.base, "do", "start this edge anew")
}
