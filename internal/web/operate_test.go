package web

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"matchstream/internal/match"
	"matchstream/internal/store/memory"
)

const consolePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self' https:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// TestConsolePage: it is the same whatever the server holds, and the only one
// that may ask other servers.
func TestConsolePage(t *testing.T) {
	w := newWorld(t, memory.New())
	before := w.get("/operate").Body.String()
	golden(t, "operate.html", before)
	w.team("elp", "Estudiantes")
	w.team("tig", "Tigre")
	w.create(match.Info{Home: "elp", Visit: "tig", Date: "2022-12-18", Speed: 1})
	a := w.get("/operate")
	if a.Body.String() != before {
		t.Errorf("it depends on what there is:\n%s", a.Body)
	}
	a = w.get("/operate?match=elp-tig-2022-12-18&server=elsewhere")
	if strings.Contains(a.Body.String(), "Estudiantes") {
		t.Error("the page holds a match")
	}
	if got := a.Header().Get("Content-Security-Policy"); got != consolePolicy {
		t.Errorf("policy %s", got)
	}
	if es := w.get("/operate?lang=es"); !strings.Contains(es.Body.String(), "<title>Consola · MatchStream</title>") || es.Header().Get("Content-Language") != "es" {
		t.Errorf("in Spanish:\n%s", es.Body)
	}
	for _, path := range []string{"/operate/", "/operate/x", "/operate/worker.jsx"} {
		if a := w.get(path); a.Code != 404 {
			t.Errorf("%s: %d", path, a.Code)
		}
	}
	for _, path := range []string{"/", "/match/elp-tig-2022-12-18", "/none"} {
		if got := w.get(path).Header().Get("Content-Security-Policy"); strings.Contains(got, "https:") || strings.Contains(got, "worker-src") {
			t.Errorf("%s may ask elsewhere: %s", path, got)
		}
	}
}

// TestConsoleWorker: it keeps the page in each language with all that it is
// made of, and nothing of the API; its text tells of a new version.
func TestConsoleWorker(t *testing.T) {
	w := newWorld(t, memory.New())
	a := w.get("/operate/worker.js")
	if a.Code != 200 || a.Header().Get("Service-Worker-Allowed") != "/operate" || a.Header().Get("Cache-Control") != "no-cache" ||
		!strings.HasPrefix(a.Header().Get("Content-Type"), "text/javascript") {
		t.Fatalf("%d %v", a.Code, a.Header())
	}
	first, _, _ := strings.Cut(a.Body.String(), ";\n")
	var kept struct {
		Version         string
		Tongues, Assets []string
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(first, "const kept = ")), &kept); err != nil {
		t.Fatalf("%s: %v", first, err)
	}
	if !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(kept.Version) || strings.Join(kept.Tongues, " ") != "en es" {
		t.Errorf("%+v", kept)
	}
	has := map[string]bool{}
	for _, address := range kept.Assets {
		has[address] = true
		if a := w.get(address); a.Code != 200 || !strings.Contains(a.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d", address, a.Code)
		}
	}
	// Whatever the page and its scripts name is kept: else it would not begin.
	var follow func(from, body string)
	seen := map[string]bool{}
	follow = func(from, body string) {
		for _, path := range linked.FindAllString(body, -1) {
			if !has[path] {
				t.Errorf("%s needs %s, which is not kept", from, path)
			}
			if !seen[path] {
				seen[path] = true
				follow(path, w.get(path).Body.String())
			}
		}
	}
	for _, l := range kept.Tongues {
		follow("/operate", w.get("/operate?lang="+l).Body.String())
	}
	if len(seen) != len(has) {
		t.Errorf("%d are kept, %d needed", len(has), len(seen))
	}
}

func TestConsoleManifest(t *testing.T) {
	w := newWorld(t, memory.New())
	a := w.get("/operate/manifest.json?lang=es")
	var m struct {
		Name, Lang, Scope, Display string
		StartURL                   string `json:"start_url"`
		Icons                      []struct{ Src string }
	}
	if err := json.Unmarshal(a.Body.Bytes(), &m); err != nil || a.Header().Get("Content-Type") != "application/manifest+json" {
		t.Fatal(err, a.Header())
	}
	if m.Name != "Consola · MatchStream" || m.StartURL != "/operate" || m.Scope != "/operate" || m.Display != "standalone" || w.get(m.Icons[0].Src).Code != 200 {
		t.Errorf("%+v", m)
	}
}
