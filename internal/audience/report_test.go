package audience

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// reports tells a server what an edge has to tell.
func (n *node) reports(to *node, edge string, key store.Key) {
	n.Helper()
	r, taken, ok := n.match(key).Report(n.Ledger, key)
	if !ok {
		return
	}
	if err := to.match(key).HearEdge(to.Ledger, key, edge, r); err != nil {
		n.Fatal(err)
	}
	taken()
}

// edgeOf is an edge with its server's key.
func edgeOf(t testing.TB, server *node) *node {
	s := memory.New()
	if _, err := s.Put(t.Context(), KeyEntry, server.Key(), 0); err != nil {
		t.Fatal(err)
	}
	return open(t, s, 0)
}

// An edge's watchers are counted while it reports, its connects once, and its
// users merged with the server's own; all of it but the first outlives the edge.
func TestAnEdgeReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		server := open(t, s, 0)
		edge := edgeOf(t, server)
		server.joins(final, "ann", "bob")
		edge.joins(final, "bob", "eve", "joe")
		edge.reports(server, "lima", final)
		server.wants(final, Figures{Now: 5, Peak: 2, Connects: 5, Users: 4})
		edge.leaves(final, 2)
		edge.reports(server, "lima", final)
		edge.reports(server, "lima", final)
		server.wants(final, Figures{Now: 3, Peak: 2, Connects: 5, Users: 4})
		passes(14 * time.Second)
		server.wants(final, Figures{Now: 3, Peak: 2, Connects: 5, Users: 4})
		passes(time.Second)
		server.wants(final, Figures{Now: 2, Peak: 2, Connects: 5, Users: 4})
		server.Close()
		server = open(t, s, 0)
		server.wants(final, Figures{Peak: 2, Connects: 5, Users: 4})
		edge.crash()
	})
}

// What an edge has counted is told once, though it rested in between; and what
// was not told yet does not rest.
func TestAnEdgeRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := open(t, memory.New(), 0)
		edge := edgeOf(t, server)
		edge.joins(final, "ann")
		edge.reports(server, "lima", final)
		edge.joins(final, "bob")
		edge.leaves(final, 2)
		passes(time.Minute)
		edge.match(final).Rest()
		edge.reports(server, "lima", final)
		server.wants(final, Figures{Connects: 2, Users: 2})
		edge.match(final).Rest()
		if edge.match(final).crowd.Load() != nil {
			t.Error("all is told and written, and it does not rest")
		}
		edge.joins(final, "ann")
		edge.wants(final, Figures{Now: 1, Peak: 2, Connects: 3, Users: 2})
		edge.reports(server, "lima", final)
		server.wants(final, Figures{Now: 1, Connects: 3, Users: 2})
		server.crash()
		edge.crash()
	})
}

// Of an edge nothing is taken that it cannot know.
func TestReportsThatAreNone(t *testing.T) {
	server := open(t, memory.New(), 0)
	m := server.match(final)
	for _, r := range []Report{{Now: -1}, {Now: mostNow + 1}, {Connects: mostCame + 1}, {Users: []byte("x")}, {Users: seal(begin())},
		{Users: seal(append(begin(), 7))}, {Users: seal(append(begin(), dense, 1, 2, 3))}} {
		if err := m.HearEdge(server.Ledger, final, "lima", r); !errors.Is(err, ErrReport) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	server.wants(final, Figures{})
	if err := m.Forget(t.Context(), server.Ledger, final); err != nil {
		t.Fatal(err)
	}
	if err := m.HearEdge(server.Ledger, final, "lima", Report{Now: 3, Connects: 3}); err != nil {
		t.Error(err)
	}
	server.wants(final, Figures{})
}
