package web

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"matchstream/internal/store/memory"
)

var (
	linked   = regexp.MustCompile(`/assets/[^"]+`)
	imported = regexp.MustCompile(`(?m)^import .* from "([^"]+)";$`)
)

func TestAssetsResolve(t *testing.T) {
	w := newWorld(t, memory.New())
	seen := map[string]bool{}
	var follow func(from, body string)
	follow = func(from, body string) {
		for _, path := range linked.FindAllString(body, -1) {
			if seen[path] {
				continue
			}
			seen[path] = true
			a := w.get(path)
			if a.Code != 200 || a.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
				t.Errorf("%s, linked from %s: %d, %q", path, from, a.Code, a.Header().Get("Cache-Control"))
			}
			if kind := a.Header().Get("Content-Type"); !strings.HasPrefix(kind, "text/") && kind != "image/svg+xml" {
				t.Errorf("%s is %s", path, kind)
			}
			follow(path, a.Body.String())
		}
	}
	node := newNodeWorld(t)
	follow("/node", node.get("/node").Body.String())
	id := w.play("elp-tig-2011-09-10.ndjson", 3)
	for _, page := range []string{"/", "/match/" + id, "/operate", "/none"} {
		follow(page, w.get(page).Body.String())
	}
	if len(seen) != len(assetNames)+len(consoleNames) {
		t.Errorf("%d of %d assets are in use: %v", len(seen), len(assetNames)+len(consoleNames), seen)
	}
}

func TestImportsAreHashed(t *testing.T) {
	a := loadAssets()
	for name, asset := range a.content {
		for _, found := range imported.FindAllStringSubmatch(string(asset.plain), -1) {
			if !strings.HasPrefix(found[1], "/assets/") {
				t.Errorf("%s imports %s: it has to stand before it in assetNames", name, found[1])
			}
		}
	}
}

func TestAssetsAreKept(t *testing.T) {
	w := newWorld(t, memory.New())
	path := linked.FindString(w.get("/").Body.String())
	first := w.get(path)
	etag := first.Header().Get("ETag")
	if again := w.ask("GET", path, http.Header{"If-None-Match": {etag}}); again.Code != 304 || etag == "" {
		t.Errorf("ETag %s: %d", etag, again.Code)
	}
	other := hashes.ReplaceAllString(path, ".0123456789ab.")
	if a := w.get(other); a.Code != 200 || a.Header().Get("Cache-Control") != "no-cache" || a.Body.String() != first.Body.String() {
		t.Errorf("the address of another version: %d, %q", a.Code, a.Header().Get("Cache-Control"))
	}
}

// TestScriptsMakeNoHTML: what came over the network becomes text, never code.
func TestScriptsMakeNoHTML(t *testing.T) {
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(|DOMParser|\.style\b|https?://`)
	for name, asset := range loadAssets().plain {
		// The name of SVG has the form of an address, but nothing is asked there.
		text := bytes.ReplaceAll(asset.plain, []byte(`"http://www.w3.org/2000/svg"`), nil)
		if found := forbidden.Find(text); found != nil && !strings.HasSuffix(name, ".svg") {
			t.Errorf("%s: %s", name, found)
		}
	}
}
