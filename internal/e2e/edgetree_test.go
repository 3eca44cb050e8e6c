package e2e

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"

	"matchstream/matches"
)

// newEdge is a process that is an edge of another.
func newEdge(t testing.TB, origin *process) *process {
	p := newProcess(t)
	p.args = []string{"--store", "http://" + origin.addresses.http}
	return p
}

// TestEdgeTree: an origin, two edges, two edges of the first edge. Any of them is
// killed and started again while a match is played: who watches at whichever sees
// every event once and in order, on each protocol; and at the end all show the
// same bytes.
func TestEdgeTree(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	origin := newProcess(t)
	first, second := newEdge(t, origin), newEdge(t, origin)
	leaf, other := newEdge(t, first), newEdge(t, first)
	all := []*process{origin, first, second, leaf, other}
	for _, p := range all {
		p.start(t, ctx)
	}
	o := origin.operator()
	tl := timeline(t, matches.Final2022)
	id := o.create(t, tl)
	var watchers []*watcher
	var watching sync.WaitGroup
	for _, p := range all[1:] {
		until(t, ctx, "the match is known everywhere", func() bool { return asked(t, p.addresses.http, "/1/match/"+id).status == http.StatusOK })
		for protocol := range protocols {
			w := &watcher{protocol: protocol, at: func() addresses { return p.addresses }, id: id}
			watchers = append(watchers, w)
			watching.Go(func() {
				if err := w.follow(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		p.operator().audience(t, ctx, id, len(protocols))
	}
	var restarting sync.WaitGroup
	var kinds []string
	for i, line := range tl.Lines {
		if i%12 == 6 {
			restarting.Wait()
			p := all[i/12%len(all)]
			p.kill()
			if p == origin {
				p.start(t, ctx)
			} else { // meanwhile the match goes on
				restarting.Go(func() { p.start(t, ctx) })
			}
		}
		o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", string(line.Body))
		kinds = append(kinds, string(line.Request.Kind))
	}
	restarting.Wait()
	watching.Wait()
	breaks := 0
	for _, w := range watchers {
		breaks += w.breaks
		if !slices.Equal(w.kinds, kinds) {
			t.Errorf("%s saw %d events, want %d: %q, want %q", w.protocol, len(w.kinds), len(kinds), w.kinds, kinds)
		}
	}
	if breaks < 2*len(protocols) {
		t.Errorf("watchers came back %d times only: the test shows nothing", breaks)
	}
	for _, p := range all[1:] {
		same(t, ctx, origin.addresses, p.addresses, id)
	}
}

// TestEdgeOfAWipedOrigin: an origin loses its disk, and the same match is made
// anew. The edge's watchers are told that theirs is gone, nothing of the two is
// mixed, and who comes back with a position of the old history is told that it is
// another.
func TestEdgeOfAWipedOrigin(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	origin := newProcess(t)
	origin.start(t, ctx)
	edge := newEdge(t, origin)
	edge.start(t, ctx)
	o := origin.operator()
	id := o.createSeed(t, "2026-03-03")
	for _, body := range []string{startBody(), `{"kind":"goal","team":"tig","player":7}`} {
		o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", body)
	}
	until(t, ctx, "the edge has it", func() bool { return asked(t, edge.addresses.http, "/1/match/"+id).status == http.StatusOK })
	streams := map[string]stream{}
	for protocol, dial := range protocols {
		s, err := dial(ctx, edge.addresses, id, "")
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		if f, err := s.next(); err != nil || f.Position.ID != 2 {
			t.Fatalf("%s: %+v, %v", protocol, f, err)
		}
		streams[protocol] = s
	}
	old := asked(t, edge.addresses.http, "/1/match/"+id).header.Get("ETag")
	old = old[1 : len(old)-1]
	origin.kill()
	origin.data = t.TempDir()
	origin.start(t, ctx)
	o.createSeed(t, "2026-03-03")
	o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", startBody())
	for protocol, s := range streams {
		if f, err := s.next(); err == nil && f.Kind != "gone" {
			t.Errorf("%s: %+v of the history that is no more", protocol, f)
		}
	}
	until(t, ctx, "the edge has the new one", func() bool {
		return asked(t, edge.addresses.http, "/1/match/"+id).body == asked(t, origin.addresses.http, "/1/match/"+id).body
	})
	for protocol, dial := range protocols {
		s, err := dial(ctx, edge.addresses, id, old)
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		f, err := s.next()
		if err != nil || f.Kind != "status" || f.Position.ID != 1 || f.Position.String() == old {
			t.Errorf("%s: %+v, %v behind %s", protocol, f, err, old)
		}
	}
	same(t, ctx, origin.addresses, edge.addresses, id)
}

// TestEdgeWithoutOrigin: an edge starts though its origin is not there, says so,
// says of no match that there is none, and is ready by itself when the origin is.
// When it goes again, what is known is served on.
func TestEdgeWithoutOrigin(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	origin := newProcess(t)
	origin.start(t, ctx)
	id := origin.operator().createSeed(t, "2026-03-04")
	origin.kill()
	edge := newEdge(t, origin)
	started := make(chan struct{})
	go func() {
		defer close(started)
		edge.start(t, ctx)
	}()
	until(t, ctx, "the edge answers", func() bool {
		_, err := edge.operator().anybody("/healthz")
		return err == nil
	})
	for _, path := range []string{"/readyz", "/1/matches", "/1/match/" + id, "/1/match/" + id + "/stream", "/1/stream"} {
		if a := asked(t, edge.addresses.http, path); a.status != http.StatusServiceUnavailable {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	origin.start(t, ctx)
	<-started
	if a := asked(t, edge.addresses.http, "/1/match/"+id); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
	origin.kill()
	if a := asked(t, edge.addresses.http, "/1/match/"+id); a.status != http.StatusOK {
		t.Errorf("without its origin: %d %s", a.status, a.body)
	}
	until(t, ctx, "the edge is not sure of what it does not know", func() bool {
		return asked(t, edge.addresses.http, "/1/match/elp-tig-2026-03-05").status == http.StatusServiceUnavailable
	})
}
