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

func TestGolden(t *testing.T) {
	for name, r := range reports(t) {
		for ending, write := range map[string]func(io.Writer) error{".txt": r.WriteText, ".json": r.WriteJSON, ".html": r.WriteHTML} {
			var b bytes.Buffer
			must(t, write(&b))
			if ending == ".json" && name == "both" {
				continue // twice what bound has
			}
			golden(t, name+ending, b.Bytes())
		}
	}
}

// Every line fits a terminal, and nothing acts on it.
func TestTextFits(t *testing.T) {
	for name, r := range reports(t) {
		var b bytes.Buffer
		must(t, r.WriteText(&b))
		for line := range strings.Lines(b.String()) {
			if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > columns {
				t.Errorf("%s: %q is too wide", name, line)
			}
			if strings.ContainsAny(line, "\x1b\r") {
				t.Errorf("%s: %q would act on a terminal", name, line)
			}
		}
	}
}

// A page is whole, and needs nothing else; every plot alone is whole, too.
func TestWellFormed(t *testing.T) {
	for name, r := range reports(t) {
		var b bytes.Buffer
		must(t, r.WriteHTML(&b))
		wellFormed(t, name, b.String())
		for _, foreign := range []string{"<script", "<link", " src=", "@import", "url(", "http://www.w3.org"} {
			if strings.Contains(b.String(), foreign) {
				t.Errorf("%s needs something else: %s", name, foreign)
			}
		}
		for _, p := range r.Plots() {
			wellFormed(t, p.Name, p.File())
			if strings.Contains(p.File(), "var(") {
				t.Errorf("%s has a variable", p.Name)
			}
		}
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

// What is JSON can be read back.
func TestJSONIsRead(t *testing.T) {
	var b bytes.Buffer
	must(t, reports(t)["bound"].WriteJSON(&b))
	var r Report
	d := json.NewDecoder(&b)
	d.DisallowUnknownFields()
	must(t, d.Decode(&r))
	if len(r.Runs) != 1 || len(r.Runs[0].Steps) == 0 || r.Runs[0].Found[0].Users != 1024 {
		t.Errorf("%+v", r)
	}
}
