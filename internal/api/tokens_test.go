package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"matchstream/internal/auth"
)

// forEverybody are the routes that need no token; every other one needs the
// operator's, or for events the match's own.
var forEverybody = []string{
	"GET /1/checkin", "GET /1/matches", "GET /matches", "GET /1/match/{id}", "GET /1/match/{id}/history", "GET /1/match/{id}/stream",
	"GET /1/match/{id}/ws", "GET /1/stream", "GET /1/match/{id}/audience", "GET /1/teams", "GET /1/team/{id}", "GET /1/nodes",
	"GET /1/openapi.json", "GET /docs", "GET /healthz", "GET /readyz",
}

// TestWhoMayWrite asks each route that needs a token with each kind of token
// that is not for it: the right refusal, and nothing has changed. A route that
// is added is in here by itself.
func TestWhoMayWrite(t *testing.T) {
	b := newBench(t)
	b.kickOff(t)
	const match = "/1/match/" + seed
	const other = "/1/match/tig-elp-2011-09-11"
	bodies := map[string]string{
		"PUT /1/team/{id}":          `{"name":"Another"}`,
		"POST /1/matches":           `{"home":"tig","visit":"elp","date":"2011-09-11"}`,
		"PATCH /1/match/{id}":       `{"stadium":"Another"}`,
		"POST /1/match/{id}/events": `{"kind":"comment","comment":"I was here"}`,
		"DELETE /1/match/{id}":      "",
		"GET /1/user/{id}":          "",
		"DELETE /1/user/{id}":       "",
		"GET /1/token":              "",
		"POST /1/edges/{name}":      `{"matches":[]}`,
	}
	before := b.do(t, "GET", "/1/matches?expand=1", nil).body + b.do(t, "GET", match, nil).body + b.do(t, "GET", "/1/teams", nil).body
	asked := 0
	for _, pattern := range b.router.patterns {
		if slices.Contains(forEverybody, pattern) {
			continue
		}
		body, known := bodies[pattern]
		if !known {
			t.Errorf("%s needs a token, or stands in forEverybody: give it a body here", pattern)
			continue
		}
		method, path, _ := strings.Cut(pattern, " ")
		id := seed
		if strings.Contains(path, "/team/") || strings.Contains(path, "/user/") {
			id = "elp"
		}
		path = strings.NewReplacer("{id}", id, "{name}", "here").Replace(path)
		for name, c := range map[string]struct {
			header string // several: with \n between them
			want   int
		}{
			"no token":            {"", 401},
			"an empty one":        {"Bearer ", 401},
			"another scheme":      {"Basic " + texts["operator"], 401},
			"no scheme":           {texts["operator"], 401},
			"a wrong one":         {"Bearer wrong", 401},
			"a part of the right": {"Bearer " + texts["operator"][:len(texts["operator"])-1], 401},
			"more than the right": {"Bearer " + texts["operator"] + "x", 401},
			"in other letters":    {"Bearer " + strings.ToUpper(texts["operator"]), 401},
			"two of them":         {"Bearer " + texts["edge"] + " " + texts["operator"], 401},
			"a very long one":     {"Bearer " + strings.Repeat(texts["operator"], 1000), 401},
			"two headers":         {"Bearer " + texts["edge"] + "\nBearer " + texts["operator"], 401},
			"the right one first": {"Bearer " + texts["operator"] + "\nBearer " + texts["edge"], 401},
			"the right one twice": {"Bearer " + texts["operator"] + "\nBearer " + texts["operator"], 401},
			"a proxy's list":      {"Bearer " + texts["operator"] + ", Bearer " + texts["operator"], 401},
			"an edge's":           {"Bearer " + texts["edge"], 403},
			"of this match":       {"Bearer " + texts["seed"], 403},
		} {
			if name == "of this match" && pattern == "POST /1/match/{id}/events" {
				path, c.want = other+"/events", 403 // it is for that; but not for another match
			}
			if c.want == 403 && (pattern == "GET /1/token" || pattern == "POST /1/edges/{name}" && name == "an edge's") {
				continue // it is for everybody who has one, and for edges
			}
			var header []string
			for value := range strings.SplitSeq(c.header, "\n") {
				if value != "" {
					header = append(header, "Authorization: "+value)
				}
			}
			got := b.do(t, method, path+"?token="+texts["operator"], strings.NewReader(body), header...)
			asked++
			if got.status != c.want || !strings.HasPrefix(got.header.Get("Content-Type"), "application/problem+json") || got.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with %s: %d %s %v", pattern, name, got.status, got.body, got.header)
			}
			if told(got.body) {
				t.Errorf("%s with %s: the answer has a token in it: %s", pattern, name, got.body)
			}
			b.pass(auth.MaxDelay) // each is looked at
		}
	}
	if asked < 110 {
		t.Errorf("only %d were asked", asked)
	}
	if after := b.do(t, "GET", "/1/matches?expand=1", nil).body + b.do(t, "GET", match, nil).body + b.do(t, "GET", "/1/teams", nil).body; after != before {
		t.Errorf("something has changed: %s\nbefore %s", after, before)
	}
	if told(b.log.String()) {
		t.Errorf("the log has a token in it: %s", b.log)
	}
}

// TestWritingsOfTheHeader: the scheme's letters and the spaces around the token
// do not matter.
func TestWritingsOfTheHeader(t *testing.T) {
	b := newBench(t)
	b.kickOff(t)
	for _, value := range []string{"Bearer {seed}", "bearer {seed}", "BEARER   {seed}", "Bearer {seed}  "} {
		got := b.do(t, "POST", "/1/match/"+seed+"/events", strings.NewReader(`{"kind":"comment","comment":"rain"}`), "Authorization: "+value)
		if got.status != http.StatusCreated {
			t.Errorf("%q: %d %s", value, got.status, got.body)
		}
	}
}

// TestAGuesserAmongOthers: a right token on a new connection is answered while
// somebody who has the same address sends a wrong one every second.
func TestAGuesserAmongOthers(t *testing.T) {
	b := newBench(t)
	b.kickOff(t)
	for i := range 30 {
		if got := b.do(t, "DELETE", "/1/match/"+seed, nil, "Authorization: Bearer wrong"); got.status != http.StatusUnauthorized {
			t.Fatalf("guess %d: %d %s", i, got.status, got.body)
		}
		b.asOperator(t, "POST", "/1/match/"+seed+"/events", `{"kind":"comment","comment":"rain"}`, http.StatusCreated)
		b.pass(time.Second)
	}
}

// TestAPanicTellsNoToken: what is logged of one is where it was, not what was sent.
func TestAPanicTellsNoToken(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Pages = map[string]http.Handler{"GET /page": http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			panic(fmt.Errorf("while answering %s", r.Pattern))
		})}
	})
	got := b.do(t, "GET", "/page?token="+texts["operator"], nil, "Authorization: Bearer {operator}")
	if got.status != http.StatusInternalServerError || !strings.Contains(b.log.String(), "panic in a request") {
		t.Errorf("%d %s, the log says %s", got.status, got.body, b.log)
	}
	if told(got.body) || told(b.log.String()) {
		t.Errorf("there is a token in it: %s, %s", got.body, b.log)
	}
}

// told says whether a text has one of the tokens in it.
func told(text string) bool {
	for _, token := range texts {
		if strings.Contains(text, token) {
			return true
		}
	}
	return false
}

// TestGuessing: who has guessed for long is told to come back later, in the
// way of HTTP, and his token is not looked at.
func TestGuessing(t *testing.T) {
	b := newBench(t)
	b.kickOff(t)
	for range 100 {
		got := b.do(t, "DELETE", "/1/match/"+seed, nil, "Authorization: Bearer wrong")
		if got.status == http.StatusTooManyRequests {
			if got.header.Get("Retry-After") == "" || !strings.Contains(got.body, "try again in") {
				t.Errorf("%s %v", got.body, got.header)
			}
			return
		}
		if got.status != http.StatusUnauthorized {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	t.Error("a hundred guesses at the same time were looked at")
}
