package api

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"matchstream/internal/live"
	"matchstream/internal/match"
)

func TestIfMatch(t *testing.T) {
	for header, want := range map[string]string{
		`"17-k3f9a2"`:       "17-k3f9a2",
		`"17-k3f9a2.1"`:     "17-k3f9a2",
		`"17-k3f9a2.12"`:    "17-k3f9a2",
		`17-k3f9a2`:         "17-k3f9a2",
		`17-k3f9a2.3`:       "17-k3f9a2",
		` "17-k3f9a2" `:     "17-k3f9a2",
		`W/"17-k3f9a2"`:     "17-k3f9a2",
		`"17-k3f9a2-gzip"`:  "17-k3f9a2",
		`17-k3f9a2.3-gzip`:  "17-k3f9a2",
		`17`:                "17",
		`"0"`:               "0",
		`*`:                 "none",
		``:                  "error",
		`""`:                "error",
		`"17-k3f9a2`:        "error",
		`17-k3f9a2"`:        "error",
		`"17-k3f9a2", "18"`: "error",
		`"17-k3f9a2."`:      "error",
		`"17-K3F9A2"`:       "error",
		`-1`:                "error",
		`yesterday`:         "error",
	} {
		p, err := parseIfMatch([]string{header})
		got := "none"
		if err != nil {
			got = "error"
		} else if p != nil {
			got = p.String()
		}
		if got != want {
			t.Errorf("%q: %s (%v), want %s", header, got, err, want)
		}
	}
	if p, err := parseIfMatch(nil); p != nil || err != nil {
		t.Error("no header:", p, err)
	}
	if _, err := parseIfMatch([]string{"17", "18"}); err == nil {
		t.Error("two headers, no error")
	}
}

func TestNoneMatch(t *testing.T) {
	const present = `"17-k3f9a2.1"`
	for header, want := range map[string]string{
		``: "false", present: "true", `*`: "true", `W/"17-k3f9a2.1"`: "true", `17-k3f9a2.1`: "true",
		`"17-k3f9a2"`: "false", `"1", "2" , "17-k3f9a2.1"`: "true", `"1",,"2"`: "false",
		`"1`: "error", `1"`: "error", `"1" "2"`: "error", `"a"b"`: "error",
	} {
		has, err := noneMatch([]string{header}, present)
		got := fmt.Sprint(has)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	if has, err := noneMatch([]string{`"1"`, present}, present); !has || err != nil {
		t.Error("two headers:", has, err)
	}
}

func TestIdempotencyKey(t *testing.T) {
	for header, good := range map[string]bool{
		"k": true, "7d3c 8a": true, strings.Repeat("k", 255): true, `"quoted"`: true,
		"": false, strings.Repeat("k", 256): false, "a\tb": false, "clé": false, "\x7f": false,
	} {
		key, err := idempotencyKey([]string{header})
		if (err == nil) != good || good && key != header {
			t.Errorf("%q: %q, %v", header, key, err)
		}
	}
}

// What the server itself gives as an ETag, it takes.
func TestETagComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := match.View{Changes: rapid.IntRange(0, 1000).Draw(t, "changes")}
		v.State.LastID = rapid.Int64Range(0, 1<<40).Draw(t, "id")
		v.Info.Epoch = rapid.StringMatching(`[a-z0-9]{6,12}`).Draw(t, "epoch")
		p, err := parseIfMatch([]string{etag(v)})
		if err != nil || *p != (match.Position{ID: v.State.LastID, Epoch: v.Info.Epoch}) {
			t.Fatalf("%s: %v, %v", etag(v), p, err)
		}
		if has, err := noneMatch([]string{`"other", W/` + etag(v)}, etag(v)); !has || err != nil {
			t.Fatalf("%s: %t, %v", etag(v), has, err)
		}
	})
}

func FuzzConditions(f *testing.F) {
	for _, s := range []string{`"17-k3f9a2"`, `W/"17-k3f9a2.1", *`, `17`, `"`, `""`, `.1`, `"0-aaaaaa.99999999999999999999"`} {
		f.Add(s, `"17-k3f9a2"`)
	}
	f.Fuzz(func(t *testing.T, header, present string) {
		p, err := parseIfMatch([]string{header})
		if err == nil && p != nil && p.ID < 0 {
			t.Errorf("%q is taken as %v", header, p)
		}
		if has, err := noneMatch([]string{header}, present); has && err != nil {
			t.Errorf("%q: both yes and %v", header, err)
		}
		if key, err := idempotencyKey([]string{header}); err == nil && key != header {
			t.Errorf("%q is taken as %q", header, key)
		}
	})
}

func FuzzList(f *testing.F) {
	f.Add("period=first,last&team=elp", "elp-tig-2011-09-10")
	f.Add("after=elp-tig-2011-09-10&limit=1", "")
	f.Add("period=,&after=x", "a")
	all := []live.Summary{
		{Info: match.Info{ID: "a-b-2011-09-03", Home: "a", Visit: "b", Date: "2011-09-03"}, Period: match.Ended},
		{Info: match.Info{ID: seed, Home: "elp", Visit: "tig", Date: "2011-09-10"}, Period: match.First},
	}
	f.Fuzz(func(t *testing.T, raw, after string) {
		query, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		in := listInput{Period: query.Get("period"), Team: query.Get("team"), Date: query.Get("date"), After: after}
		periods, err := in.check()
		if err == nil && len(in.filter(append([]live.Summary(nil), all...), periods)) > len(all) {
			t.Error("more than there are")
		}
		link := nextLink(&url.URL{Path: "/1/matches", RawQuery: query.Encode()}, seed)
		inner, ok := strings.CutSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
		if u, err := url.Parse(inner); !ok || err != nil || u.Query().Get("after") != seed {
			t.Errorf("%s leads nowhere: %v", link, err)
		}
	})
}

// FuzzRequests: whatever is asked, the answer is no 500 and has its headers.
func FuzzRequests(f *testing.F) {
	f.Add("GET", "/1/matches", "limit=1&expand=1", "a;,b", "")
	f.Add("GET", "/1/match/"+seed+"/history", "since=1-x", "application/x-ndjson;q=", "Bearer x")
	f.Add("POST", "/1/match/../x", "%", "", "Bearer "+texts["operator"])
	f.Add("PUT", "/1/team/elp", "", "application/json", "Bearer "+texts["operator"])
	f.Add("OPTIONS", "*", ";", "*/*", "")
	h := newBench(f).server
	f.Fuzz(func(t *testing.T, method, path, query, accept, authorization string) {
		r := httptest.NewRequest("GET", "/", strings.NewReader(query))
		r.Method, r.URL.Path, r.URL.RawQuery = method, path, query
		r.Header["Accept"], r.Header["Authorization"] = []string{accept}, []string{authorization}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 || w.Header().Get("Match-Stream-Api-Version") != "1" {
			t.Errorf("%s %q ? %q: %d %s", method, path, query, w.Code, w.Body)
		}
	})
}
