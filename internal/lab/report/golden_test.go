package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"matchstream/internal/lab/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.WriteFile(path, got, 0o666))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not as it was: see go test -update and git diff\n%s", path, got)
	}
}

// reports are what golden files are made of.
func reports(t *testing.T) map[string]*Report {
	return map[string]*Report{
		"bound": New([]*record.Run{bound(t, "first", "100", 1024, 1)}, Options{Settings: true}),
		"both":  New([]*record.Run{bound(t, "first", "100", 1024, 1), bound(t, "second", "400", 2048, 2)}, Options{}),
		"nodes": New([]*record.Run{nodes(t)}, Options{Article: true}),
		"late":  New([]*record.Run{simulate(t)}, Options{}),
	}
}

// TestReports: each is as it was, fits, is whole, and is read back.
func TestReports(t *testing.T) {
	for name, r := range reports(t) {
		var text, page, data bytes.Buffer
		must(t, r.WriteText(&text))
		must(t, r.WriteHTML(&page))
		must(t, r.WriteJSON(&data))
		golden(t, name+".txt", text.Bytes())
		golden(t, name+".html", page.Bytes())
		if name != "both" { // twice what bound has
			golden(t, name+".json", data.Bytes())
		}
		fits(t, name, text.String())
		whole(t, name, page.String())
		for _, p := range r.Plots() {
			wellFormed(t, p.Name, p.File())
			if strings.Contains(p.File(), "var(") {
				t.Errorf("%s has a variable", p.Name)
			}
		}
		readBack(t, name, &data, r)
	}
}

// fits says that every line fits a terminal, and that nothing acts on it.
func fits(t *testing.T, name, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > columns {
			t.Errorf("%s: %q is too wide", name, line)
		}
		if strings.ContainsAny(line, "\x1b\r") {
			t.Errorf("%s: %q would act on a terminal", name, line)
		}
	}
}

// whole says that a page is, and needs nothing else.
func whole(t *testing.T, name, page string) {
	t.Helper()
	wellFormed(t, name, page)
	for _, foreign := range []string{"<script", "<link", " src=", "@import", "url(", "http://www.w3.org"} {
		if strings.Contains(page, foreign) {
			t.Errorf("%s needs something else: %s", name, foreign)
		}
	}
}

// readBack says that what is JSON is read by who knows the fields.
func readBack(t *testing.T, name string, data io.Reader, want *Report) {
	t.Helper()
	var got Report
	d := json.NewDecoder(data)
	d.DisallowUnknownFields()
	must(t, d.Decode(&got))
	if len(got.Runs) != len(want.Runs) || len(got.Runs[0].Steps) != len(want.Runs[0].Steps) || got.Runs[0].Verdict != want.Runs[0].Verdict {
		t.Errorf("%s: %+v", name, got)
	}
}

func wellFormed(t *testing.T, name, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	ids := map[string]bool{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if e, ok := token.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if a.Name.Local == "id" && ids[a.Value] {
					t.Errorf("%s: id %s twice", name, a.Value)
				}
				ids[a.Value] = ids[a.Value] || a.Name.Local == "id"
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("%s: %s=%q", name, a.Name.Local, a.Value)
				}
			}
		}
	}
}
