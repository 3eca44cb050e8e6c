package live_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// lanes takes one lane of each format.
func lanes(m *live.Match) (out [wire.Formats]*feed.Lane) {
	for f := range wire.Formats {
		out[f] = m.Lane(f)
	}
	return out
}

// frames encodes a match's events by hand: what a lane must hold, and for each
// event where its own frame ends.
func frames(t tb, m *live.Match, f wire.Format) (whole []byte, ends []int) {
	t.Helper()
	v := m.View()
	events, err := m.Since(match.Position{})
	must(t, err)
	for i, e := range events {
		whole = wire.AppendEvent(f, whole, e, v.Info.Epoch)
		ends = append(ends, len(whole))
		if e.Kind == match.Cancel || e.Kind == match.Amend || e.Kind == match.Abandon {
			then := v
			then.State = truth(t, v, events[:i+1])
			whole = wire.AppendStatus(f, whole, then, true)
		}
	}
	return whole, ends
}

func TestResume(t *testing.T) {
	s := memory.New()
	l := open(t, s)
	m := create(t, l)
	grown := lanes(m) // from the first event on
	play(t, m, whole...)
	late := open(t, s)
	again := find(t, late)
	for f, lane := range lanes(again) { // made when all was over
		want, ends := frames(t, m, wire.Format(f))
		if got := all(t, lane); !bytes.Equal(got, want) {
			t.Fatalf("format %d: a late lane holds\n%s\nwant\n%s", f, got, want)
		}
		if got := all(t, grown[f]); !bytes.Equal(got, want) {
			t.Fatalf("format %d: a lane from the beginning holds\n%s\nwant\n%s", f, got, want)
		}
		for _, lane := range []*feed.Lane{grown[f], lane} {
			v := lane.View()
			for id, end := range append([]int{0}, ends...) {
				at, ok := v.Resume(int64(id))
				if !ok {
					t.Fatalf("format %d: no resume from %d", f, id)
				}
				if got, _ := v.Pending(at, 1<<30); string(got) != string(want[end:]) {
					t.Fatalf("format %d: resumed from %d:\n%s\nwant\n%s", f, id, got, want[end:])
				}
			}
			if _, ok := v.Resume(int64(len(ends)) + 1); ok {
				t.Fatal("a resume from the future")
			}
		}
	}
	if texts(t, m) != texts(t, again) {
		t.Fatal("the statuses differ")
	}
}

// A lane ends with the match; what comes later is in the next one, whose
// beginning is the same.
func TestResumeAfterTheEnd(t *testing.T) {
	l := open(t, memory.New())
	m := create(t, l)
	before := lanes(m)
	play(t, m, append(whole, stop, `{"kind":"card","team":"elp","player":2,"card":"yellow"}`)...)
	carded := lanes(m)
	play(t, m, `{"kind":"cancel","ref":12}`, goal)
	open := lanes(m)
	for f := range wire.Formats {
		want, ends := frames(t, m, f)
		for _, c := range []struct {
			name string
			lane *feed.Lane
			end  feed.End
			size int
		}{{"before the end", before[f], feed.Over, ends[11]}, {"after the card", carded[f], feed.Over, ends[12]}, {"reopened", open[f], feed.Open, len(want)}} {
			if got := all(t, c.lane); string(got) != string(want[:c.size]) {
				t.Fatalf("format %d, %s:\n%s\nwant\n%s", f, c.name, got, want[:c.size])
			}
			if got := c.lane.View().End; got != c.end {
				t.Fatalf("format %d, %s: the end is %v, want %v", f, c.name, got, c.end)
			}
		}
	}
}

func TestSince(t *testing.T) {
	l := open(t, memory.New())
	m := create(t, l)
	play(t, m, whole...)
	here := m.View().Position()
	for id := range here.ID + 1 {
		for _, epoch := range []string{"", here.Epoch} {
			events, err := m.Since(match.Position{ID: id, Epoch: epoch})
			must(t, err)
			if int64(len(events)) != here.ID-id || len(events) > 0 && events[0].ID != id+1 {
				t.Fatalf("since %d: %v", id, events)
			}
		}
	}
	for _, p := range []match.Position{{ID: here.ID + 1}, {ID: 1, Epoch: "another1"}, {Epoch: "another1"}} {
		_, err := m.Since(p)
		var conflict *live.ConflictPosition
		if !errors.As(err, &conflict) || conflict.Present != here {
			t.Fatalf("since %v: %v", p, err)
		}
	}
}

// A match that is deleted tells its watchers, and they keep what they had.
func TestDeleteUnderWatchers(t *testing.T) {
	l := open(t, memory.New())
	m := create(t, l)
	play(t, m, start, goal)
	watched := lanes(m)
	must(t, l.Delete(context.Background(), id))
	for f, lane := range watched {
		want, _ := frames(t, m, wire.Format(f))
		if v := lane.View(); v.End != feed.Gone || string(all(t, lane)) != string(want) {
			t.Fatalf("format %d: %v", f, v.End)
		}
		late := m.Lane(wire.Format(f)) // by a handle from before
		if late.View().End != feed.Gone {
			t.Fatalf("format %d: a lane of a deleted match waits for more", f)
		}
	}
	for what, err := range map[string]error{
		"match":  func() error { _, err := l.Match(context.Background(), id); return err }(),
		"append": func() error { _, err := try(m, comment, ""); return err }(),
		"change": func() error { _, err := l.Change(context.Background(), id, live.Change{}); return err }(),
		"delete": l.Delete(context.Background(), id),
	} {
		if !errors.Is(err, live.ErrNotFound) {
			t.Fatalf("%s: %v", what, err)
		}
	}
	if len(l.Matches()) != 0 {
		t.Fatal("it is still listed")
	}
	if n := create(t, l); n.View().Info.Epoch == m.View().Info.Epoch || n.View().State.LastID != 0 {
		t.Fatalf("made anew: %+v", n.View().Info)
	}
}

func TestIfMatch(t *testing.T) {
	l := open(t, memory.New())
	m := create(t, l)
	play(t, m, start, goal)
	here := m.View().Position()
	for _, p := range []match.Position{{ID: 1, Epoch: here.Epoch}, {ID: 3}, {ID: 2, Epoch: "another1"}} {
		r, _ := match.ParseRequest([]byte(comment))
		_, err := m.Append(context.Background(), r, live.Appending{IfMatch: &p})
		var c *live.ConditionError
		if !errors.As(err, &c) || c.Present != here {
			t.Fatalf("%v: %v", p, err)
		}
	}
	for _, p := range []match.Position{here, {ID: 3}} {
		r, _ := match.ParseRequest([]byte(comment))
		if e, err := m.Append(context.Background(), r, live.Appending{IfMatch: &p}); err != nil || e.ID != p.ID+1 {
			t.Fatalf("%v: %v, %v", p, e, err)
		}
	}
}

// Bad requests are refused with the field at fault, and change nothing.
func TestRefusals(t *testing.T) {
	l := open(t, memory.New())
	create(t, l)
	for _, c := range []struct {
		field string
		f     func(*match.Info)
	}{
		{"home", func(i *match.Info) { i.Home = "A B/c" }},
		{"home", func(i *match.Info) { i.Home = "nobody" }},
		{"visit", func(i *match.Info) { i.Visit = "elp" }},
		{"date", func(i *match.Info) { i.Date = "2011-02-30" }},
		{"speed", func(i *match.Info) { i.Speed = -1 }},
		{"stadium", func(i *match.Info) { i.Stadium = strings.Repeat("x", 201) }},
	} {
		wish := creation()
		wish.Info.Date = "2012-01-01"
		c.f(&wish.Info)
		_, err := l.Create(context.Background(), wish)
		var e *match.Error
		if !errors.As(err, &e) || e.Field != c.field {
			t.Fatalf("%+v: %v, want a complaint about %s", wish.Info, err, c.field)
		}
	}
	if _, err := l.Create(context.Background(), creation()); !errors.Is(err, live.ErrExists) {
		t.Fatal(err)
	}
	if l.Len() != 1 {
		t.Fatal("a refused match was made")
	}
	m := find(t, l)
	play(t, m, start)
	yes := true
	_, err := l.Change(context.Background(), id, live.Change{Postponed: &yes})
	var e *match.Error
	if !errors.As(err, &e) || e.Reason != match.Refused {
		t.Fatalf("a match that has begun was postponed: %v", err)
	}
}
