package web

import (
	"bytes"
	"encoding/json"
	"html"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/card"
	"matchstream/internal/match"
	"matchstream/internal/store/memory"
	"matchstream/matches"
)

var metaTag = regexp.MustCompile(`<(?:meta (?:name|property)|link rel)="([^"]*)" (?:hreflang="([^"]*)" )?(?:content|href)="([^"]*)"`)

// shared is what a page says in its head, by name.
func shared(page string) map[string]string {
	said := map[string]string{}
	for _, m := range metaTag.FindAllStringSubmatch(page, -1) {
		said[m[1]+m[2]] = html.UnescapeString(m[3])
	}
	return said
}

func TestShare(t *testing.T) {
	w := newWorld(t, memory.New())
	id := w.play(matches.Final2022, 1000)
	page := w.ask("GET", "/match/"+id+"?lang=es&utm=x", http.Header{"X-Forwarded-Proto": {"https"}}).Body.String()
	said := shared(page)
	at := "https://example.com/match/" + id
	for name, want := range map[string]string{
		"canonical":          at + "?lang=es",
		"alternateen":        at + "?lang=en",
		"alternatex-default": at,
		"og:url":             at + "?lang=es",
		"og:title":           "Argentina 3–3 France",
		"og:locale":          "es_ES",
		"twitter:card":       "summary_large_image",
	} {
		if said[name] != want {
			t.Errorf("%s: %q, not %q", name, said[name], want)
		}
	}
	for _, part := range []string{"Argentina 3–3 France (4–2 en los penales). Final, domingo 18 de diciembre de 2022", "Kylian Mbappe 80′ (pen.)"} {
		if !strings.Contains(said["description"], part) {
			t.Errorf("not in the description: %s\n%s", part, said["description"])
		}
	}
	path, ok := strings.CutPrefix(said["og:image"], "https://example.com")
	if a := w.get(path); !ok || a.Code != 200 || a.Header().Get("Cache-Control") != "public, max-age=604800, immutable" {
		t.Errorf("%s: %d %v", said["og:image"], a.Code, a.Header())
	}
}

func TestHostsThatAreNone(t *testing.T) {
	for host, want := range map[string]string{
		"example.com": "http://example.com", "[::1]:8888": "http://[::1]:8888", "a\"b": "", "": "", "x/y": "", "x@y": "", "a:b": "",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		if got := baseOf(r); got != want {
			t.Errorf("%q: %q", host, got)
		}
	}
	w := newWorld(t, memory.New())
	id := w.play(matches.Final2022, 3)
	r := httptest.NewRequest("GET", "/match/"+id, nil)
	r.Host = "a b"
	a := httptest.NewRecorder()
	w.ServeHTTP(a, r)
	if said := shared(a.Body.String()); said["og:image"] != "" || said["description"] == "" {
		t.Errorf("%v", said)
	}
}

// TestHostileEvent: whatever a team is called, the data is whole, and it is a name.
func TestHostileEvent(t *testing.T) {
	w, pages := hostileNames(t)
	for _, path := range pages[2:4] {
		_, rest, _ := strings.Cut(w.get(path).Body.String(), `<script type="application/ld+json">`)
		data, _, _ := strings.Cut(rest, "</script>")
		var event sportsEvent
		if err := json.Unmarshal([]byte(data), &event); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if event.Home.Name != hostile && event.Visit.Name != hostile {
			t.Errorf("%+v", event)
		}
	}
}

func TestCard(t *testing.T) {
	w := newWorld(t, memory.New())
	id := w.play(matches.Final2022, 10)
	path := "/match/" + id + "/card.png"
	first := w.get(path + "?lang=en")
	i, err := png.Decode(bytes.NewReader(first.Body.Bytes()))
	if err != nil || i.Bounds().Dx() != card.Width || i.Bounds().Dy() != card.Height {
		t.Fatal(err)
	}
	tag := first.Header().Get("ETag")
	for _, c := range []struct {
		path, has, cache string
		status           int
	}{
		{path + "?lang=en", tag, "no-cache", 304},
		{path + "?lang=es", tag, "no-cache", 200},
		{path + "?lang=en&at=1-zzzzzz", "", "no-cache", 200},
		{"/match/a-b-2022-12-18/card.png", "", "no-store", 404},
	} {
		a := w.ask("GET", c.path, http.Header{"If-None-Match": {c.has}, "Accept-Encoding": {"gzip"}})
		if a.Code != c.status || a.Header().Get("Cache-Control") != c.cache || a.Header().Get("Content-Encoding") != "" {
			t.Errorf("%+v: %d %v", c, a.Code, a.Header())
		}
	}
	w.post(id, `{"kind":"comment","comment":"x"}`)
	if a := w.ask("GET", path+"?lang=en", http.Header{"If-None-Match": {tag}}); a.Code != 200 || a.Header().Get("ETag") == tag {
		t.Errorf("after an event: %d %v", a.Code, a.Header())
	}
}

// TestCardsAtOnce: a crowd of crawlers gets one drawing.
func TestCardsAtOnce(t *testing.T) {
	w := newWorld(t, memory.New())
	w.team("a", "A")
	w.team("b", "B")
	id := w.create(match.Info{Home: "a", Visit: "b", Date: "2022-12-18", Speed: 1})
	var all sync.WaitGroup
	bodies := make([][]byte, 30)
	for i := range bodies {
		all.Go(func() { bodies[i] = w.get("/match/" + id + "/card.png").Body.Bytes() })
	}
	all.Wait()
	for _, b := range bodies {
		if len(b) == 0 || !bytes.Equal(b, bodies[0]) {
			t.Fatal("not the same card")
		}
	}
}

// TestCardsDoNotPileUp: who asks for a card while others are drawn for too long
// is told to come again, and holds nothing.
func TestCardsDoNotPileUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memory.New())
		id := w.play(matches.Seed, 3)
		s := newSite(Options{Live: w.live, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
		s.easel <- struct{}{} // somebody draws, and does not come to an end
		ask := func() *httptest.ResponseRecorder {
			r, a := httptest.NewRequest("GET", "/match/"+id+"/card.png", nil), httptest.NewRecorder()
			r.SetPathValue("id", id)
			s.card(a, r)
			return a
		}
		if a := ask(); a.Code != 503 || a.Header().Get("Retry-After") == "" || a.Header().Get("Content-Type") == "image/png" {
			t.Errorf("%d %v", a.Code, a.Header())
		}
		<-s.easel
		if a := ask(); a.Code != 200 {
			t.Errorf("afterwards: %d", a.Code)
		}
	})
}
