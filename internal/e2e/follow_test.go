package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"

	api "matchstream/internal/client"
	"matchstream/internal/follow"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// followed is what one who follows was given.
type followed struct {
	via string

	mu struct {
		sync.Mutex
		ids    []int64
		kinds  []string
		notes  []follow.Note
		raw    []byte
		breaks []string      // the cause of each
		last   int64         // position
		more   chan struct{} // closed and made anew with each frame
	}
}

func newFollowed(via string) *followed {
	f := &followed{via: via}
	f.mu.more = make(chan struct{})
	return f
}

func (f *followed) options(t *testing.T, at, id, since string) follow.Options {
	server, err := api.New("http://" + at)
	if err != nil {
		t.Fatal(err)
	}
	return follow.Options{Server: server, Match: id, Via: f.via, User: "me", Since: since, Clock: api.RealClock{},
		Take: f.take,
		Raw: func(b []byte) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.mu.raw = append(f.mu.raw, b...)
			return nil
		},
		Lost: func(cause error) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.mu.breaks = append(f.mu.breaks, fmt.Sprintf("behind %d: %v", f.mu.last, cause))
		},
		Back: func() {},
	}
}

func (f *followed) take(frame follow.Frame) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mu.last = frame.Position.ID
	close(f.mu.more)
	f.mu.more = make(chan struct{})
	if frame.Status != nil {
		f.mu.notes = append(f.mu.notes, frame.Note)
		return nil
	}
	f.mu.ids = append(f.mu.ids, frame.Event.ID)
	f.mu.kinds = append(f.mu.kinds, string(frame.Event.Kind))
	return nil
}

// reaches waits until it has been given this position.
func (f *followed) reaches(t *testing.T, ctx context.Context, id int64) {
	t.Helper()
	for {
		f.mu.Lock()
		last, more := f.mu.last, f.mu.more
		f.mu.Unlock()
		if last >= id {
			return
		}
		select {
		case <-more:
		case <-ctx.Done():
			t.Fatalf("%s: at event %d, expected %d", f.via, last, id)
		}
	}
}

// TestFollowThroughRestarts: whoever follows a match by the client of this
// program is given each event exactly once and in order, on each protocol,
// though the server is killed and started, and stopped gently and started; and
// is told when it is over.
func TestFollowThroughRestarts(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p := newProcess(t)
	p.start(t, ctx)
	o := p.operator()
	id := o.createSeed(t, "2026-02-01")
	var all []*followed
	var ends sync.WaitGroup
	for _, via := range follow.Protocols {
		f := newFollowed(via)
		all = append(all, f)
		ends.Go(func() {
			end, err := follow.Follow(ctx, f.options(t, p.addresses.http, id, ""))
			if err != nil || end != follow.Over {
				t.Errorf("%s: ended with %v, %v", f.via, end, err)
			}
		})
	}
	o.audience(t, ctx, id, len(all))

	posted := int64(0)
	post := func(bodies ...string) {
		for _, body := range bodies {
			o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", body)
			posted++
		}
	}
	reached := func() {
		for _, f := range all {
			f.reaches(t, ctx, posted)
		}
	}
	goal := `{"kind":"goal","team":"tig","player":7}`
	post(startBody(), goal, `{"kind":"cancel","ref":2}`)
	reached() // the break is right behind a correction: its status may come twice
	p.kill()
	p.start(t, ctx)
	post(goal, `{"kind":"comment","comment":"one"}`, `{"kind":"amend","ref":4,"minute":"9"}`)
	reached()
	for range 2 {
		p.interrupt()
		p.start(t, ctx)
		for i := range 20 { // while they come back
			post(fmt.Sprintf(`{"kind":"comment","comment":"%d"}`, i))
		}
		reached()
	}
	post(`{"kind":"stop"}`)
	ends.Wait()

	var want []int64
	for i := range posted {
		want = append(want, i+1)
	}
	for _, f := range all {
		if !slices.Equal(f.mu.ids, want) {
			t.Errorf("%s was given %v, expected 1 to %d", f.via, f.mu.ids, posted)
		}
		if !slices.Equal(f.mu.kinds, all[0].mu.kinds) {
			t.Errorf("%s was given %v, %s %v", f.via, f.mu.kinds, all[0].via, all[0].mu.kinds)
		}
		if len(f.mu.breaks) != 3 {
			t.Errorf("%s: %d breaks, expected 3: %q", f.via, len(f.mu.breaks), f.mu.breaks)
		}
		for i, n := range f.mu.notes {
			if i == 0 && n != follow.Joined || i > 0 && n != follow.Refreshed {
				t.Errorf("%s: status %d is %v", f.via, i, n)
			}
		}
		if got := rawEvents(t, f.via, f.mu.raw); !slices.Equal(got, want) {
			t.Errorf("%s: the bytes have events %v, expected 1 to %d", f.via, got, posted)
		}
	}
}

// rawEvents are the ids of the events in bytes as they came.
func rawEvents(t *testing.T, via string, raw []byte) (ids []int64) {
	t.Helper()
	add := func(kind, position string) {
		p, err := match.ParsePosition(position)
		if err != nil {
			t.Errorf("%s: %v", via, err)
		}
		if kind != "status" {
			ids = append(ids, p.ID)
		}
	}
	switch r := bytes.NewReader(raw); via {
	case "tcp":
		frames := wire.NewTCPReader(r)
		for {
			f, err := frames.Read()
			if err == io.EOF {
				return ids
			}
			if err != nil {
				t.Fatal(err)
			}
			at, _ := f.Detail("id")
			add(f.Kind, at.Value)
		}
	case "sse":
		events := wire.NewSSEReader(r)
		for {
			e, err := events.Read()
			if err == io.EOF {
				return ids
			}
			if err != nil {
				t.Fatal(err)
			}
			add(e.Event, e.ID)
		}
	}
	for line := range bytes.Lines(raw) {
		f, err := parseObject(line)
		if err != nil {
			t.Fatal(err)
		}
		add(f.Kind, f.Position.String())
	}
	return ids
}

// TestFollowToTheEnd: the ends that are none of trouble.
func TestFollowToTheEnd(t *testing.T) {
	n := start(t, config(t))
	o := operatorOf(n)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	over := o.createSeed(t, "2026-02-02")
	for _, body := range []string{startBody(), `{"kind":"goal","team":"elp","player":9}`, `{"kind":"stop"}`} {
		o.must(t, http.StatusCreated, "POST", "/1/match/"+over+"/events", body)
	}
	for _, via := range follow.Protocols {
		for since, want := range map[string][]int64{"": nil, "0": {1, 2, 3}, "2": {3}, "3": nil} {
			f := newFollowed(via)
			end, err := follow.Follow(ctx, f.options(t, n.HTTPAddr(), over, since))
			if err != nil || end != follow.Over || !slices.Equal(f.mu.ids, want) || len(f.mu.breaks) > 0 {
				t.Errorf("%s since %q: %v, %v, events %v, breaks %q", via, since, end, err, f.mu.ids, f.mu.breaks)
			}
		}
		f := newFollowed(via)
		if _, err := follow.Follow(ctx, f.options(t, n.HTTPAddr(), "elp-tig-1999-01-01", "")); !errors.Is(err, follow.ErrUnknown) {
			t.Errorf("%s: an unknown match: %v", via, err)
		}
		// Another history than the one that is asked for.
		f = newFollowed(via)
		if _, err := follow.Follow(ctx, f.options(t, n.HTTPAddr(), over, "2-zzzzzz")); err != nil || !slices.Equal(f.mu.notes, []follow.Note{follow.Anew}) {
			t.Errorf("%s: from another epoch: %v, %v", via, err, f.mu.notes)
		}
	}

	gone := o.createSeed(t, "2026-02-03")
	var watching sync.WaitGroup
	for _, via := range follow.Protocols {
		watching.Go(func() {
			f := newFollowed(via)
			end, err := follow.Follow(ctx, f.options(t, n.HTTPAddr(), gone, ""))
			if err != nil || end != follow.Removed {
				t.Errorf("%s: a deleted match: %v, %v", via, end, err)
			}
		})
	}
	o.audience(t, ctx, gone, len(follow.Protocols))
	o.must(t, http.StatusNoContent, "DELETE", "/1/match/"+gone, "")
	watching.Wait()
}
