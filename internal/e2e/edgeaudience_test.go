package e2e

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"matchstream/internal/auth"
	"matchstream/internal/node"
)

const edgeToken = "the-edge-of-these-tests"

// TestEdgeAudience: those who watch at edges, and at edges of edges, are counted at
// the origin; one who comes to several is one user; the edges' own streams are
// nobody. When they leave they are counted out. A token for something else is
// refused.
func TestEdgeAudience(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tokens := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(tokens, []byte(auth.Line("edges", edgeToken, []string{"edge"})+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := config(t)
	c.Tokens = tokens
	origin := start(t, c)
	reports := func(c *node.Config) { c.Tokens, c.EdgeToken = tokens, edgeToken }
	edge := edgeOf(t, ctx, origin.HTTPAddr(), reports)
	leaf := edgeOf(t, ctx, edge.HTTPAddr(), reports)
	o := operatorOf(origin)
	id := o.createSeed(t, "2026-03-10")
	until(t, ctx, "the leaf has it", func() bool { return asked(t, leaf.HTTPAddr(), "/1/match/"+id).status == http.StatusOK })
	var all []stream
	for _, n := range []*node.Node{origin, edge, leaf, leaf} {
		s, err := dialTCP(ctx, at(n), id, "")
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		if _, err := s.next(); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	until(t, ctx, "all are counted at the origin", func() bool { return o.audienceOf(t, id).Now == 4 })
	if a := o.audienceOf(t, id); a.Connects != 4 || a.Users != 1 {
		t.Errorf("%+v", a)
	}
	for _, s := range all[1:] {
		s.close()
	}
	until(t, ctx, "they are counted out", func() bool {
		o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"Anybody there?"}`) // over TCP only a write tells
		return o.audienceOf(t, id).Now == 1
	})
	if a := o.audienceOf(t, id); a.Connects != 4 || a.Users != 1 {
		t.Errorf("%+v", a)
	}
	o.must(t, http.StatusForbidden, "POST", "/1/edges/here", `{"matches":[]}`)
	operator{http: o.http, token: edgeToken}.must(t, http.StatusUnprocessableEntity, "POST", "/1/edges/here", `{"matches":[{"match":"`+id+`","epoch":"`+epochOf(t, o, id)+`","now":1,"connects":1,"users":"AAAA"}]}`)
}

func epochOf(t testing.TB, o operator, id string) string {
	tag := o.must(t, http.StatusOK, "GET", "/1/match/"+id, "").header.Get("ETag")
	for i := range tag {
		if tag[i] == '-' {
			return tag[i+1 : len(tag)-1]
		}
	}
	t.Fatalf("no position in %s", tag)
	return ""
}
