package web

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"

	"matchstream/internal/match"
	"matchstream/internal/store/memory"
)

var (
	tag       = regexp.MustCompile(`<([a-zA-Z0-9]+)([^>]*)>`) // < and > of texts and attributes are escaped
	attribute = regexp.MustCompile(`([a-zA-Z-]+)(?:="([^"]*)")?`)
	script    = regexp.MustCompile(`(?s)<script\b([^>]*)>(.*?)</script>`)
	fragment  = regexp.MustCompile(`^#[a-z0-9-]+$`)
	known     = map[string]bool{}
)

func init() {
	for _, name := range strings.Fields(`html head meta title link script body header a img p main h1 h2 section ul ol
		li span bdi small time div footer nav noscript form label input button h3 b
		svg symbol use path circle rect g text title clipPath i fieldset legend table thead tbody tr th td`) {
		known[name] = true
	}
}

// hostileNames is a world whose every text is meant ill.
func hostileNames(t *testing.T) (w *world, pages []string) {
	w = newWorld(t, memory.New())
	long := strings.Repeat("W", 200)
	w.team("odd", hostile)
	w.team("rtl", "الاتحاد \u202e السكندري")
	w.team("lng", long)
	odd := w.create(match.Info{Home: "odd", Visit: "rtl", Date: "2022-12-18", Speed: 1,
		Stadium: `" onload="alert(1)`, Competition: "</title><script>alert(2)</script>"})
	lng := w.create(match.Info{Home: "lng", Visit: "odd", Date: "2022-12-17", Speed: 1, Competition: long, Stadium: long})
	w.post(odd, everything...)
	w.post(lng, start(strings.Repeat("M", 95), `'"><svg onload=alert(1)>`), `{"kind":"goal","team":"odd","player":3,"comment":"javascript:alert(1)"}`)
	return w, []string{"/", "/?after=odd-rtl-2022-12-18", "/match/" + odd, "/match/" + lng, "/match/none", "/assets/none"}
}

func TestNothingInlineNothingForeign(t *testing.T) {
	w, pages := hostileNames(t)
	for _, path := range pages {
		t.Run(path, func(t *testing.T) {
			a := w.get(path)
			h, body := a.Header(), a.Body.String()
			for key, want := range map[string]string{
				"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
				"X-Content-Type-Options":  "nosniff",
				"Referrer-Policy":         "no-referrer",
				"Content-Type":            "text/html; charset=utf-8",
			} {
				if h.Get(key) != want {
					t.Errorf("%s: %q", key, h.Get(key))
				}
			}
			for _, found := range script.FindAllStringSubmatch(body, -1) {
				if found[1] == ` type="application/ld+json"` { // data: no browser runs it
					var event map[string]any
					if err := json.Unmarshal([]byte(found[2]), &event); err != nil || event["@type"] != "SportsEvent" || strings.ContainsAny(found[2], "<>") {
						t.Errorf("no data: %v %s", err, found[2])
					}
					continue
				}
				if !strings.Contains(found[1], ` src="/assets/`) || found[2] != "" {
					t.Errorf("a script in the page: %s", found[0])
				}
			}
			for _, found := range tag.FindAllStringSubmatch(body, -1) {
				if !known[found[1]] {
					t.Errorf("an element that no template has: %s", found[0])
				}
				for _, a := range attribute.FindAllStringSubmatch(found[2], -1) {
					name, value := strings.ToLower(a[1]), html.UnescapeString(a[2])
					if name == "style" || strings.HasPrefix(name, "on") {
						t.Errorf("inline %s: %s", name, found[0])
					}
					if (name == "src" || name == "href") && (!strings.HasPrefix(value, "/") && !fragment.MatchString(value) && !strings.HasPrefix(value, "http://example.com/match/") || strings.HasPrefix(value, "//")) {
						t.Errorf("not of this site: %s", found[0])
					}
				}
			}
		})
	}
}

// TestHostileNamesAreShown: escaped is not enough, they are also to be read.
func TestHostileNamesAreShown(t *testing.T) {
	w, pages := hostileNames(t)
	for _, path := range pages[:1] {
		body := w.get(path).Body.String()
		for _, name := range []string{hostile, strings.Repeat("W", 200), "الاتحاد \u202e السكندري"} {
			if !strings.Contains(html.UnescapeString(body), "<bdi>"+name+"</bdi>") {
				t.Errorf("%s does not show %s", path, name)
			}
		}
	}
	body := html.UnescapeString(w.get(pages[2]).Body.String())
	for _, text := range []string{
		"Goal for <bdi>" + hostile + "</bdi>! <bdi><img src=x onerror=alert(1)> 1</bdi> <bdi>with a header</bdi>, set up by <bdi><img src=x onerror=alert(1)> 4</bdi>.",
		"Second yellow card: <bdi><img src=x onerror=alert(1)> 5</bdi>",
		"Suspended: <bdi><fog></bdi>",
	} {
		if !strings.Contains(body, text) {
			t.Errorf("not told: %s", text)
		}
	}
}
