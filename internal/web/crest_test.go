package web

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"matchstream/internal/match"
	"matchstream/internal/store/memory"
)

func TestCrest(t *testing.T) {
	w := newWorld(t, memory.New())
	if _, _, err := w.live.PutTeam(t.Context(), match.Team{ID: "elp", Name: "</svg><script>", Colours: []string{"#ff0000", "<b>"}}); err != nil {
		t.Fatal(err)
	}
	for path, status := range map[string]int{
		"/crest/elp.svg": 200, "/crest/unknown.svg": 200, "/crest/elp": 404, "/crest/.svg": 404, "/crest/E!.svg": 404,
	} {
		a := w.get(path)
		if a.Code != status {
			t.Errorf("%s: %d", path, a.Code)
		}
		if status != 200 {
			continue
		}
		if a.Header().Get("Content-Type") != "image/svg+xml" || strings.Contains(a.Body.String(), "script") {
			t.Errorf("%s: %s %s", path, a.Header().Get("Content-Type"), a.Body)
		}
		for d := xml.NewDecoder(a.Body); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
		}
	}
	if !strings.Contains(w.get("/crest/elp.svg").Body.String(), "#ff0000") {
		t.Error("it has not the team's colour")
	}
}
