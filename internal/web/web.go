// Package web is the pages for people: the matches with their scores, a page
// that follows a match live, and the operator's console. Every page but that one is right without JavaScript, as
// of the moment it was made; with it, it goes on by itself over the streams of
// the API. Everything is embedded; nothing comes from another site.
package web

import (
	"log/slog"
	"net/http"
	"time"

	"matchstream/internal/live"
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
}

// policy allows what the pages need and nothing else: no inline script or
// style, nothing from elsewhere, no frames, no forms.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// New serves GET /, /match/{id}, /operate and /assets/…, and a page that says so for
// whatever else it is asked for.
func New(o Options) http.Handler {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &site{Options: o, assets: loadAssets()}
	s.pages = map[string]pages{}
	for _, l := range words.Languages() {
		s.pages[l.Code] = loadPages(l, s.assets)
	}
	s.worker = s.makeWorker()
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", s.board)
	mux.HandleFunc("/match/{id}", s.match)
	mux.HandleFunc("/operate", s.operate)
	mux.HandleFunc("/operate/worker.js", s.serveWorker)
	mux.HandleFunc("/operate/manifest.json", s.manifest)
	mux.HandleFunc("/assets/", func(w http.ResponseWriter, r *http.Request) {
		if !s.assets.serve(w, r) {
			s.missing(w, r)
		}
	})
	mux.HandleFunc("/", s.missing)
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
