package live

import (
	"context"
	"errors"

	"matchstream/internal/match"
)

// over is how a match stands that is over.
type over struct {
	Last      int64  `json:"last"` // id of the last event
	Since     int64  `json:"since"`
	Score     [2]int `json:"score"`
	Penalties [2]int `json:"penalties"`
	Shootout  bool   `json:"shootout,omitempty"`
	Abandoned bool   `json:"abandoned,omitempty"`
}

func overOf(s match.State) *over {
	if s.Period != match.Ended {
		return nil
	}
	o := standing(s)
	return &o
}

func standing(s match.State) over {
	return over{Last: s.LastID, Since: s.PeriodStart, Shootout: s.Shootout, Abandoned: s.Abandoned,
		Score:     [2]int{s.Sides[match.Home].Score, s.Sides[match.Visit].Score},
		Penalties: [2]int{s.Sides[match.Home].Penalties, s.Sides[match.Visit].Penalties}}
}

// state is as much of a match that is over as a list shows.
func (o *over) state() (s match.State) {
	s.Period, s.PeriodStart, s.Abandoned, s.Shootout, s.LastID = match.Ended, o.Since, o.Abandoned, o.Shootout, o.Last
	for i := range s.Sides {
		s.Sides[i].Score, s.Sides[i].Penalties = o.Score[i], o.Penalties[i]
	}
	return s
}

// reopen takes back that a match is over.
func (e *entry) reopen(ctx context.Context) error {
	return e.put(ctx, func(d description) *description {
		if d.Over == nil {
			return nil
		}
		d.Over = nil
		return &d
	})
}

// settle notes in the catalogue that a match is over, or takes it back.
func (e *entry) settle(ctx context.Context) error {
	return e.put(ctx, func(d description) *description {
		now := e.now.Load()
		if now == nil || now.deleted || e.damage.Load() != nil || d.marks(now.view.State) {
			return nil
		}
		d.Over = overOf(now.view.State)
		return &d
	})
}

// marks says whether a description says truly of a match whether it is over.
func (d *description) marks(s match.State) bool {
	if d.Told != nil {
		return true // it is not ours to say
	}
	end := overOf(s)
	if d.Over == nil || end == nil {
		return d.Over == end
	}
	return *d.Over == *end
}

// settleLater settles behind the operator's back: his answer need not wait.
func (l *Live) settleLater(e *entry) {
	if e.described.Load().Told != nil {
		return // the origin does
	}
	l.background(func() {
		// An append in between could reopen the match: one at a time.
		ctx, cancel, err := e.begins(context.Background())
		if err != nil {
			return
		}
		defer e.ends()
		defer cancel()
		if err := e.settle(ctx); err != nil && !errors.Is(err, ErrNotFound) {
			l.log.Warn("whether a match is over is not yet marked; it will be tried again", "match", e.key.Match, "cause", err)
		}
	})
}
