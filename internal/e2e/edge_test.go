package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"matchstream/internal/node"
	"matchstream/matches"
)

// edgeOf runs an edge of an origin, once it is ready.
func edgeOf(t testing.TB, ctx context.Context, origin string, change func(*node.Config)) *node.Node {
	t.Helper()
	c := config(t)
	c.Store, c.EdgeWrites, c.OperatorToken = "http://"+origin, "refuse", ""
	if change != nil {
		change(&c)
	}
	n := start(t, c)
	until(t, ctx, "the edge is ready", func() bool { return asked(t, n.HTTPAddr(), "/readyz").status == http.StatusOK })
	return n
}

// until waits for what is to come true.
func until(t testing.TB, ctx context.Context, what string, is func() bool) {
	t.Helper()
	for !is() {
		if ctx.Err() != nil {
			t.Fatalf("it does not come true: %s", what)
		}
		pause()
	}
}

// asked is what a node answers to anybody.
func asked(t testing.TB, at, path string, header ...string) answer {
	t.Helper()
	a, err := operator{http: func() string { return at }, token: ""}.anybody(path, header...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (o operator) anybody(path string, header ...string) (answer, error) {
	r, err := http.NewRequest("GET", "http://"+o.http()+path, nil)
	if err != nil {
		return answer{}, err
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return do(r)
}

// shown is all that a node shows of a match to who asks, and how its streams
// begin: from the first event on, and with a status.
func shown(t testing.TB, ctx context.Context, at addresses, id string) (all []string) {
	t.Helper()
	for _, path := range []string{"/1/teams", "/1/matches", "/1/matches?expand=1", "/1/match/" + id, "/1/match/" + id + "/history"} {
		a := asked(t, at.http, path)
		all = append(all, fmt.Sprintf("%s: %d %s %s", path, a.status, a.header.Get("ETag"), a.body))
	}
	a := asked(t, at.http, "/1/match/"+id+"/history", "Accept", "application/x-ndjson")
	all = append(all, "timeline: "+a.body)
	for _, protocol := range slices.Sorted(slices.Values([]string{"sse", "tcp", "ws"})) {
		for _, since := range []string{"", "0"} {
			all = append(all, fmt.Sprintf("%s since %q: %s", protocol, since, strings.Join(frames(t, ctx, protocol, at, id, since), "\n")))
		}
	}
	return all
}

// frames of a stream up to the match's present, or its end.
func frames(t testing.TB, ctx context.Context, protocol string, at addresses, id, since string) (all []string) {
	t.Helper()
	last := asked(t, at.http, "/1/match/"+id).header.Get("ETag")
	if since != "" && strings.HasPrefix(last, `"0-`) {
		return nil
	}
	s, err := protocols[protocol](ctx, at, id, since)
	if err != nil {
		t.Fatalf("%s since %q: %v", protocol, since, err)
	}
	defer s.close()
	for {
		f, err := s.next()
		if err == errEnded || errors.Is(err, io.EOF) { // over, and come to its end
			return all
		}
		if err != nil {
			t.Fatalf("%s since %q behind %d frames: %v", protocol, since, len(all), err)
		}
		all = append(all, f.Raw)
		stands := strings.HasPrefix(last, `"`+f.Position.String()) && !slices.Contains([]string{"cancel", "amend", "abandon", "stop"}, f.Kind)
		if stands {
			return all
		}
	}
}

// same compares what an edge shows with what its origin does.
func same(t testing.TB, ctx context.Context, origin, edge addresses, id string) {
	t.Helper()
	want := shown(t, ctx, origin, id)
	for i, got := range shown(t, ctx, edge, id) {
		if got != want[i] {
			t.Errorf("the edge shows\n%s\nthe origin\n%s", got, want[i])
		}
	}
}

// TestEdgeShowsTheSame: whatever happens to a match, an edge shows the same bytes
// as its origin, and so does an edge of the edge.
func TestEdgeShowsTheSame(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	origin := start(t, config(t))
	o := operatorOf(origin)
	empty := o.createSeed(t, "2026-03-01")
	tl := timeline(t, matches.Final2022)
	over := o.create(t, tl)
	for _, line := range tl.Lines {
		o.must(t, http.StatusCreated, "POST", "/1/match/"+over+"/events", string(line.Body))
	}
	edge := edgeOf(t, ctx, origin.HTTPAddr(), nil)
	leaf := edgeOf(t, ctx, edge.HTTPAddr(), nil)
	for _, id := range []string{empty, over} {
		same(t, ctx, at(origin), at(edge), id)
		same(t, ctx, at(origin), at(leaf), id)
	}

	id := o.createSeed(t, "2026-03-02")
	path := "/1/match/" + id
	reaches := func(n *node.Node) {
		t.Helper()
		until(t, ctx, "the edge is up to date", func() bool {
			a, b := asked(t, origin.HTTPAddr(), path), asked(t, n.HTTPAddr(), path)
			return a.status == b.status && a.header.Get("ETag") == b.header.Get("ETag") && a.body == b.body
		})
	}
	changes := []func(){
		func() { o.must(t, http.StatusOK, "PATCH", path, `{"stadium":"Centenario","postponed":true}`) },
		func() {
			o.must(t, http.StatusOK, "PATCH", path, `{"postponed":false,"kickoff":"2026-03-02T20:00:00Z"}`)
		},
		func() {
			o.must(t, http.StatusOK, "PUT", "/1/team/elp", `{"name":"Pincha","division":"A","colours":["red","white"]}`)
		},
		func() { o.must(t, http.StatusCreated, "PUT", "/1/team/zzz", `{"name":"Without a match"}`) },
	}
	for _, body := range []string{
		`{"kind":"lineup","team":"elp","players":[{"number":1,"name":"Home 1"},{"number":2,"name":"Home 2"},{"number":3,"name":"Home 3"},{"number":4,"name":"Home 4"},{"number":5,"name":"Home 5"},{"number":6,"name":"Home 6"},{"number":7,"name":"Home 7"}],"substitutes":[{"number":60,"name":"A \"B\" <&> é"}],"coach":"Russo"}`,
		startBody(), `{"kind":"goal","team":"tig","player":7,"assist":8,"how":"header","comment":"What a goal"}`,
		`{"kind":"x-weather","wind":1e3,"team":{"a":[1, 2]},"card":"yellow","by":"me","forced":true,"none":null,"sky":"é\u2028"}`,
		`{"kind":"amend","ref":4,"card":null,"players":7,"minute":"3"}`, `{"kind":"amend","ref":3,"assist":null,"minute":"9"}`,
		`{"kind":"substitution","team":"elp","player_out":2,"player_in":{"number":50,"name":"In"}}`,
		`{"kind":"goal","team":"elp","player":2,"force":true}`, `{"kind":"addedtime","minutes":0}`, `{"kind":"suspend","reason":"fog"}`, `{"kind":"resume"}`,
		`{"kind":"cancel","ref":3}`, `{"kind":"halftime"}`, `{"kind":"continue"}`, `{"kind":"stop"}`, `{"kind":"comment","comment":"after the end"}`,
		`{"kind":"cancel","ref":15}`, `{"kind":"shot","team":"tig"}`, `{"kind":"abandon"}`,
	} {
		changes = append(changes, func() { o.must(t, http.StatusCreated, "POST", path+"/events", body) })
		if strings.Contains(body, "addedtime") {
			changes = append(changes, func() { o.must(t, http.StatusOK, "PATCH", path, `{"competition":"Copa"}`) },
				func() { o.must(t, http.StatusOK, "PUT", "/1/team/tig", `{"name":"El Matador"}`) })
		}
	}
	for _, change := range changes {
		change()
		for _, n := range []*node.Node{edge, leaf} {
			reaches(n)
		}
	}
	for _, n := range []*node.Node{edge, leaf} {
		until(t, ctx, "teams without a match are there", func() bool {
			return asked(t, n.HTTPAddr(), "/1/teams").body == asked(t, origin.HTTPAddr(), "/1/teams").body
		})
		same(t, ctx, at(origin), at(n), id)
		same(t, ctx, at(origin), at(n), over)
	}
}
