package browser

import (
	"strings"
	"testing"

	"matchstream/matches"
)

// TestFinal follows the final of 2022 to 3–3 and the last kick of the shoot-out.
func TestFinal(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id, lines := s.prepare(matches.Final2022)
	p := newTab(t, s.site())
	p.open("/match/" + id)
	p.shows("h1", "Argentina")
	p.shows(".connection", "Live")
	for _, l := range lines {
		s.post(id, string(l.Body))
	}
	p.shows(".phase", "Full time")
	if got := p.text(".goals"); got != "3 – 3" {
		t.Errorf("the score is %s", got)
	}
	if got := p.text(".shootout"); !strings.HasSuffix(got, "4–2") {
		t.Errorf("the shoot-out is %s", got)
	}
	if rows := ask[int](p, `document.querySelectorAll(".ticker > .row").length`); rows != len(lines) {
		t.Errorf("%d rows for %d events", rows, len(lines))
	}
	p.pictures("match")
}

// TestRestart: two pages follow a match through a restart of the server.
func TestRestart(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id, lines := s.prepare(matches.Seed)
	var pages []*tab
	for range 2 {
		p := newTab(t, s.site())
		p.expects("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|503")
		p.open("/match/" + id)
		p.shows(".connection", "Live")
		pages = append(pages, p)
	}
	half := len(lines) / 2
	for _, l := range lines[:half] {
		s.post(id, string(l.Body))
	}
	s.stop()
	for _, p := range pages {
		p.shows(".connection", "Not live")
	}
	s.start()
	for _, l := range lines[half:] {
		s.post(id, string(l.Body))
	}
	for _, p := range pages {
		p.shows(".phase", "Full time")
		told := ask[[]int](p, `[...document.querySelectorAll(".ticker > .row")].map((row) => Number(row.dataset.id))`)
		for i, id := range told {
			if id != len(lines)-i {
				t.Fatalf("the rows are %v", told)
			}
		}
		if len(told) != len(lines) {
			t.Errorf("%d rows for %d events", len(told), len(lines))
		}
	}
}

// TestTunnel: a page whose network is away for a while goes on by itself.
func TestTunnel(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id, lines := s.prepare(matches.Seed)
	p := newTab(t, s.site())
	p.expects("ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED")
	p.open("/match/" + id)
	p.shows(".connection", "Live")
	s.post(id, string(lines[0].Body))
	p.shows(".phase", "First half")
	p.offline(true)
	p.shows(".connection", "Not live")
	s.post(id, string(lines[1].Body), string(lines[2].Body))
	p.offline(false)
	p.waits(`document.querySelectorAll(".ticker > .row").length === 3`)
	p.shows(".connection", "Live")
}
