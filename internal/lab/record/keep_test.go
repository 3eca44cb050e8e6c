package record

import (
	"errors"
	"io"
	"strings"
	"testing"

	"matchstream/internal/lab"
)

// A file has its name only when it is whole.
func TestHalfAFileIsNone(t *testing.T) {
	w := create(t)
	broken := errors.New("it broke")
	err := w.File("cpu.pprof", func(to io.Writer) error {
		if _, err := to.Write([]byte("half")); err != nil {
			t.Error(err)
		}
		if r := read(t, w.Dir()); len(r.Files) > 0 {
			t.Errorf("%q is there before it is whole", r.Files)
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	if r := read(t, w.Dir()); len(r.Files) > 0 {
		t.Errorf("%q is there", r.Files)
	}
	must(t, w.Keep("cpu.pprof", []byte("whole")))
	if err := w.Keep("cpu.pprof", []byte("another")); err == nil {
		t.Error("a file was written over another")
	}
}

func TestNamesThatAreNone(t *testing.T) {
	w := create(t)
	for _, name := range []string{"", "../x", "a/b", ".x", "run.ndjson", "histograms.hlog", "x.part"} {
		if err := w.Keep(name, nil); err == nil || !strings.Contains(err.Error(), "expected letters") {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, tag := range []string{"", "a b", "a,b", "a\n"} {
		if err := w.Histogram(tag, lab.NewHistogram(), when, when); err == nil || !strings.Contains(err.Error(), "expected letters") {
			t.Errorf("%q: %v", tag, err)
		}
	}
}
