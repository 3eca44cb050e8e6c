package api

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// What is kept of a history for one is never told to another who may not see it, and
// never told when there is news.
func TestHistoryIsKept(t *testing.T) {
	b := newBench(t)
	b.kickOff(t)
	path := "/1/match/" + seed + "/history"
	for i := 2; i < 6; i++ {
		anew := b.do(t, "GET", path+"?since=0-"+b.epoch, nil) // made for this one
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				plain := b.do(t, "GET", path, nil)
				packed := b.do(t, "GET", path, nil, "Accept-Encoding: gzip")
				if plain.status != 200 || plain.body != anew.body || plain.header.Get("Content-Encoding") != "" {
					t.Errorf("%d %v %s, expected %s", plain.status, plain.header, plain.body, anew.body)
				}
				if got := unpacked(t, packed); got != anew.body || packed.header.Get("Content-Encoding") != "gzip" || len(packed.body) >= len(anew.body) {
					t.Errorf("packed: %v %s", packed.header, got)
				}
				if v := strings.Join(packed.header.Values("Vary"), ","); !strings.Contains(v, "Accept-Encoding") || !strings.Contains(v, "Authorization") {
					t.Errorf("Vary: %s", v)
				}
			})
		}
		all.Wait()
		if strings.Contains(anew.body, `"by"`) || strings.Count(anew.body, `"position"`) != i-1 {
			t.Errorf("everybody is told %s", anew.body)
		}
		shown := b.do(t, "GET", path, nil, "Authorization: Bearer {operator}")
		if strings.Count(shown.body, `"by":"operator"`) != i-1 {
			t.Errorf("an operator is told %s", shown.body)
		}
		b.asOperator(t, "POST", "/1/match/"+seed+"/events", `{"kind":"corner","team":"elp"}`, 201)
	}
	if got := b.do(t, "GET", path, nil, "Accept: application/x-ndjson"); !strings.HasPrefix(got.body, `{"match":`) {
		t.Errorf("a timeline: %s", got.body)
	}
}

func unpacked(t testing.TB, r reply) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader([]byte(r.body)))
	if err != nil {
		t.Error(err)
		return ""
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

// BenchmarkHistory is what a history of 200 events costs when it is kept, and when it is
// made for each who asks.
func BenchmarkHistory(b *testing.B) {
	world := newBench(b)
	world.kickOff(b)
	for range 199 {
		world.asOperator(b, "POST", "/1/match/"+seed+"/events", `{"kind":"corner","team":"elp","comment":"taken by the captain"}`, 201)
	}
	for name, query := range map[string]string{"kept": "", "anew": "?since=0-" + world.epoch} {
		for _, encoding := range []string{"", "gzip"} {
			b.Run(fmt.Sprintf("%s/%s", name, encoding), func(b *testing.B) {
				r := httptest.NewRequest("GET", "/1/match/"+seed+"/history"+query, nil)
				r.Header.Set("Accept-Encoding", encoding)
				for b.Loop() {
					w := httptest.NewRecorder()
					if world.server.ServeHTTP(w, r); w.Code != 200 {
						b.Fatal(w.Code, w.Body)
					}
				}
			})
		}
	}
}
