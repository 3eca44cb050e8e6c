package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"matchstream/internal/words"
)

// operatePolicy is that of the operator's console, which asks other servers
// too, over TLS, and keeps itself for times without a network.
var operatePolicy = strings.Replace(policy, "connect-src 'self'", "connect-src 'self' https:; worker-src 'self'; manifest-src 'self'", 1)

// consoleNames are the console's own assets, in the order of assetNames.
var consoleNames = []string{
	"console/console.css", "console/words.js", "console/say.js", "console/rules.js", "console/player.js",
	"console/squads.js", "console/fold.js", "console/tap.js", "console/time.js", "console/ask.js",
	"console/database.js", "console/days.js", "console/alone.js", "console/servers.js", "console/follow.js", "console/place.js",
	"console/sender.js", "console/desk.js", "console/kept.js", "console/view.js", "console/told.js",
	"console/roster.js", "console/lineups.js", "console/signin.js", "console/serverlist.js", "console/choose.js",
	"console/create.js", "console/pick.js", "console/sheets.js", "console/edit.js", "console/log.js",
	"console/trouble.js", "console/details.js", "console/more.js", "console/play.js", "console/operate.js",
}

type operatePage struct {
	reader
	Title string
}

// operate answers GET /operate. Nothing of the server's state is in it: it is
// the same for everyone who reads the language, and is kept by the service worker.
func (s *site) operate(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", operatePolicy)
	reader := readerOf(r)
	s.show(w, r, http.StatusOK, "operate", operatePage{reader, reader.Say("console.title")})
}

// makeWorker is assets/console/worker.js with what it keeps: the console of
// every language and all that this is made of. Its text changes with each of
// them; that is how a browser learns of a new version.
func (s *site) makeWorker() []byte {
	type kept struct {
		Version string   `json:"version"`
		Tongues []string `json:"tongues"`
		Assets  []string `json:"assets"`
	}
	var k kept
	sum := sha256.New()
	for _, l := range words.Languages() {
		k.Tongues = append(k.Tongues, l.Code)
		for _, name := range slices.Concat(assetNames, consoleNames) {
			if consoleUses(name) {
				k.Assets = append(k.Assets, s.assets.address[l.Code][name])
			}
		}
		reader := reader{Language: l, asked: true, address: &url.URL{Path: "/operate", RawQuery: "lang=" + l.Code}}
		page, err := s.render(reader, "operate", operatePage{reader, reader.Say("console.title")})
		if err != nil {
			panic("web: " + err.Error()) // embedded: cannot happen once a test has passed
		}
		sum.Write(page)
	}
	slices.Sort(k.Assets)
	k.Assets = slices.Compact(k.Assets)
	sum.Write([]byte(strings.Join(k.Assets, " ")))
	k.Version = hex.EncodeToString(sum.Sum(nil)[:6])
	list, err := json.Marshal(k)
	if err != nil {
		panic("web: " + err.Error()) // texts only
	}
	source, err := files.ReadFile("assets/console/worker.js")
	if err != nil {
		panic("web: " + err.Error())
	}
	return append(append([]byte("const kept = "), append(list, ";\n"...)...), source...)
}

// consoleUses says whether an asset is part of the console's page: its own and
// those that pages share.
func consoleUses(name string) bool {
	return strings.HasPrefix(name, "console/") ||
		slices.Contains([]string{"favicon.svg", "style.css", "words.js", "dom.js", "sentence.js", "clock.js", "telling.js"}, name)
}

func (s *site) serveWorker(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", mimeTypes[".js"])
	h.Set("Cache-Control", "no-cache")
	h.Set("Service-Worker-Allowed", "/operate")
	// What a worker may ask is its own policy's to say.
	h.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.worker))
}

// manifest lets a phone put the console among its apps.
func (s *site) manifest(w http.ResponseWriter, r *http.Request) {
	l := readerOf(r)
	h := w.Header()
	h.Set("Content-Type", "application/manifest+json")
	h.Set("Cache-Control", "no-cache")
	h.Add("Vary", "Accept-Language")
	json.NewEncoder(w).Encode(map[string]any{
		"name": l.Say("console.title") + " · " + l.Say("name"), "short_name": l.Say("console.title"), "lang": l.Code,
		"id": "/operate", "start_url": "/operate", "scope": "/operate", "display": "standalone",
		"background_color": "#0d6a44", "theme_color": "#0d6a44",
		"icons": []map[string]string{{"src": s.assets.address[l.Code]["favicon.svg"], "type": "image/svg+xml", "sizes": "any"}},
	})
}
