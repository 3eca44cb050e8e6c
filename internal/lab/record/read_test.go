package record

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
)

const first = `{"line":"begin","format":1,"stage":"bound","when":"2026-07-01T20:00:00Z"}` + "\n"

// lines is a record with these lines.
func lines(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, linesName), []byte(text), 0o666))
	must(t, os.WriteFile(filepath.Join(dir, histogramsName), nil, 0o666))
	return dir
}

// A run that was killed is read as far as it came, wherever its last write was torn.
func TestCutOffAnywhere(t *testing.T) {
	w := create(t)
	must(t, w.Second(lab.Second{At: 1}))
	must(t, w.Second(lab.Second{At: 2}))
	h := lab.NewHistogram()
	h.Record(time.Second)
	must(t, w.Histogram("latency", h, when, when))
	for _, name := range []string{linesName, histogramsName} {
		path := filepath.Join(w.Dir(), name)
		whole, err := os.ReadFile(path)
		must(t, err)
		last := strings.LastIndex(strings.TrimRight(string(whole), "\n"), "\n") + 1
		for at := last; at < len(whole); at++ {
			must(t, os.WriteFile(path, whole[:at], 0o666))
			r := read(t, w.Dir())
			if torn := at > last; torn != (len(r.Remarks) == 1) || len(r.Seconds)+len(r.Histograms) != 2 || r.End != nil {
				t.Fatalf("%s cut at %d: %d seconds, %d histograms, %q", name, at, len(r.Seconds), len(r.Histograms), r.Remarks)
			}
		}
		must(t, os.WriteFile(path, whole, 0o666))
	}
}

func TestWhatIsPassedOver(t *testing.T) {
	r := read(t, lines(t, first+`{"line":"tea","x":1}`+"\nnonsense\n"+`{"line":"second","at":"soon"}`+"\n"+`{"line":"second","at":3,"more":true}`+"\n"))
	if len(r.Seconds) != 1 || r.Seconds[0].At != 3 {
		t.Errorf("%+v", r.Seconds)
	}
	if len(r.Remarks) != 2 || !strings.HasPrefix(r.Remarks[0], "line 3 is left out") || !strings.HasPrefix(r.Remarks[1], "line 4 is left out") {
		t.Errorf("%q", r.Remarks)
	}
}

func TestNoRecord(t *testing.T) {
	if _, err := Read(t.TempDir()); !errors.Is(err, ErrNoRecord) {
		t.Errorf("an empty folder: %v", err)
	}
	for dir, want := range map[string]string{
		lines(t, ""):                                 "no whole line",
		lines(t, `{"line":"begin"`):                  "no whole line",
		lines(t, `{"line":"second"}`+"\n"):           "expected a first line",
		lines(t, `{"line":"begin","format":2}`+"\n"): "a record of format 2, and this program reads up to 1",
		lines(t, `{"line":"begin","when":7}`+"\n"):   "the first line",
		filepath.Join(t.TempDir(), "none"):           "there is no folder",
	} {
		if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, expected %q", err, want)
		}
	}
}

// A folder of records stands for all of them.
func TestFind(t *testing.T) {
	above := t.TempDir()
	if _, err := Find(above); !errors.Is(err, ErrNoRecord) {
		t.Errorf("an empty folder: %v", err)
	}
	for _, name := range []string{"b", "a"} {
		w, err := Create(filepath.Join(above, name), lab.Begin{})
		must(t, err)
		must(t, w.End(lab.End{}))
	}
	must(t, os.Mkdir(filepath.Join(above, "c"), 0o777))
	all, err := Find(above)
	if err != nil || len(all) != 2 || all[0] != filepath.Join(above, "a") {
		t.Errorf("%q, %v", all, err)
	}
	if one, err := Find(all[0]); err != nil || len(one) != 1 || one[0] != all[0] {
		t.Errorf("%q, %v", one, err)
	}
	if _, err := Find(filepath.Join(above, "d")); err == nil || !strings.Contains(err.Error(), "there is no folder") {
		t.Error(err)
	}
}

// Whatever is in the files, reading neither fails by a panic nor makes lines up.
func FuzzRead(f *testing.F) {
	f.Add(first+`{"line":"end","at":3}`+"\n", "Tag=latency,1.0,2.0,3.0,HISTFAAAABx4nJNpmSzMwMBgzAABTBDKDUQ=\n")
	f.Add("\n", "#x\nTag=\n1,2,3\n")
	f.Fuzz(func(t *testing.T, text, histograms string) {
		r := &Run{}
		if err := r.readLines([]byte(text)); err == nil && !strings.HasPrefix(strings.TrimSpace(text), "{") {
			t.Errorf("%q was read", text)
		}
		r.readHistograms([]byte(histograms))
		if n := len(r.Seconds) + len(r.Steps) + len(r.Histograms); n > strings.Count(text+histograms, "\n") {
			t.Errorf("%d lines were read", n)
		}
	})
}
