// Package web is the pages for people: the matches with their scores, a page
// that follows a match live, and the operator's console. Every page but that
// one is right without JavaScript, as of the moment it was made; with it, it
// goes on by itself over the streams of the API. Everything is embedded;
// nothing comes from another site.
package web

import (
	"log/slog"
	"net/http"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/shelf"
	"matchstream/internal/words"
)

// Options of the pages.
type Options struct {
	Live  *live.Live       // the matches; needed
	Clock func() time.Time // time.Now
	Log   *slog.Logger     // slog.Default()
}

type site struct {
	Options
	assets assets
	pages  map[string]pages // by language
	worker []byte           // the console's service worker
	kept   *shelf.Shelf     // pages that many look at
	cards  *shelf.Shelf     // score cards
	easel  chan struct{}    // holds a token for each card that is being drawn
}

// policy allows what the pages need and nothing else: no inline script or
// style, nothing from elsewhere, no frames, no forms but those of this site.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// New serves GET /, /match/{id}, its card.png, /operate and /assets/…, and a
// page that says so for whatever else it is asked for.
func New(o Options) http.Handler {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := newSite(o)
	s.worker = s.makeWorker()
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", s.board)
	mux.HandleFunc("/match/{id}", s.match)
	mux.HandleFunc("/match/{id}/card.png", s.card)
	mux.HandleFunc("/crest/{team}", s.crest)
	mux.HandleFunc("/operate", s.operate)
	mux.HandleFunc("/operate/worker.js", s.serveWorker)
	mux.HandleFunc("/operate/manifest.json", s.manifest)
	mux.HandleFunc("/assets/", func(w http.ResponseWriter, r *http.Request) {
		if !s.assets.serve(w, r) {
			s.missing(w, r)
		}
	})
	mux.HandleFunc("/", s.missing)
	return guarded(mux)
}

func newSite(o Options) site {
	s := site{Options: o, assets: assetsThere(), pages: map[string]pages{},
		kept:  &shelf.Shelf{Most: 1000, Bytes: 32 << 20, Fresh: time.Second, Clock: o.Clock},
		cards: &shelf.Shelf{Most: 64, Bytes: 16 << 20, Clock: o.Clock},
		easel: make(chan struct{}, 1)}
	for _, l := range words.Languages() {
		s.pages[l.Code] = loadPages(l, s.assets)
	}
	return s
}

// guarded has every answer carry the policy, and takes nothing but questions.
func guarded(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, readerOf(r).Say("wrong_method"), http.StatusMethodNotAllowed)
			return
		}
		mux.ServeHTTP(w, r)
	})
}
