package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// body is the match as the tab shows it, an element a line: without the clock,
// the marks of what is new, and what only who follows is told.
const body = `(() => {
	const lines = [];
	const walk = (node, depth) => {
		if (node.nodeType === 3) { if (node.data.trim()) lines.push(" ".repeat(depth) + node.data.trim().replace(/\s+/g, " ")); return; }
		if (node.nodeType !== 1 || node.matches(".news, .stale, .clock, .audience, noscript")) return;
		const attributes = [...node.attributes].filter((a) => a.name !== "data-picture" && !(a.name === "class" && !a.value.replace("fresh", "").trim()))
			.map((a) => a.name + "=" + (a.name === "class" ? a.value.replace(/\s*\bfresh\b/, "") : a.value)).sort();
		lines.push(" ".repeat(depth) + "<" + node.nodeName.toLowerCase() + " " + attributes.join(" ") + ">");
		node.normalize();
		for (const child of node.childNodes) walk(child, depth + 1);
	};
	walk(document.querySelector("main"), 0);
	return lines;
})()`

// same fails where the page as the script has made it by following differs
// from the server's, loaded afresh by a tab that runs no script.
func (t *tab) same(fresh *tab, path, at string) {
	t.Helper()
	fresh.open(path)
	mine, servers := ask[[]string](t, body), ask[[]string](fresh, body)
	for i := range max(len(mine), len(servers)) {
		a, b := "nothing", "nothing"
		if i < len(mine) {
			a = mine[i]
		}
		if i < len(servers) {
			b = servers[i]
		}
		if a != b {
			t.Fatalf("%s: the script's page differs from the server's at line %d:\n%s\nnot\n%s\nbehind\n%s", at, i, a, b,
				strings.Join(servers[max(0, i-12):min(i, len(servers))], "\n"))
		}
	}
}

// follow plays events to a match and compares the pages behind each that
// every names, and at the end.
func followTwins(t *testing.T, s *server, id string, events []string, every int) {
	path := "/match/" + id
	p, fresh := newTab(t, s.site()), newTab(t, s.site())
	fresh.noScript()
	p.open(path)
	p.shows(".connection", "Live")
	told := 0
	for i, body := range events {
		var answer struct{ ID int }
		if err := json.Unmarshal(s.ask("POST", path1(id)+"/events", body), &answer); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(body, `"kind":"x-`) {
			continue
		}
		told++
		p.waits(fmt.Sprintf(`document.querySelectorAll(".ticker > .row").length === %d`, told))
		if i%every == 0 || i == len(events)-1 {
			p.same(fresh, path, fmt.Sprintf("after event %d %.80s", i+1, body))
		}
	}
}

func path1(id string) string { return "/1/match/" + id }

// TestTwins: a page that was followed is the page that the server makes.
func TestTwins(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"elp-tig-2011-09-10.ndjson", "worldcup-2022/arg-fra-2022-12-18.ndjson", "worldcup-2022/mar-esp-2022-12-06.ndjson", "worldcup-2014/bra-ger-2014-07-08.ndjson"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			id, lines := s.prepare(file)
			var events []string
			for _, l := range lines {
				events = append(events, string(l.Body))
			}
			followTwins(t, s, id, events, 7)
		})
	}
}

// TestTwinsOfEverything: every kind of event, cancelled and amended ones, both
// languages' words aside.
func TestTwinsOfEverything(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(filepath.Join("testdata", "everything.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t)
	s.team("odd", `<script>alert(1)</script>"'&{team}`)
	s.team("rtl", "الاتحاد السكندري")
	s.ask("POST", "/1/matches", `{"home":"odd","visit":"rtl","date":"2026-12-01","speed":0}`)
	followTwins(t, s, "odd-rtl-2026-12-01", strings.Split(strings.TrimSpace(string(b)), "\n"), 1)
}
