package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
)

// TestCompareTexts: what is told of logs of ours, of nginx's, and of one of each, in 80
// columns; and that they differ is the exit code.
func TestCompareTexts(t *testing.T) {
	logs := filepath.Join("..", "lab", "compare", "testdata")
	for name, one := range map[string]struct {
		people, simulators string
		code               int
	}{
		"ours":  {"people.log", "simulators.log", 1},
		"nginx": {"people.nginx.log", "simulators.nginx.log", 1},
		"mixed": {"people.nginx.log", "simulators.log", 1},
		"alike": {"people.log", "people.log", 0},
	} {
		code, got, errs := runMain("lab", "compare", filepath.Join(logs, one.people), filepath.Join(logs, one.simulators))
		if code != one.code || errs != "" {
			t.Errorf("%s: exit %d, %s", name, code, errs)
		}
		for line := range strings.Lines(got) {
			if runewidth.StringWidth(strings.TrimSuffix(line, "\n")) > textWidth {
				t.Errorf("%s: does not fit: %s", name, line)
			}
		}
		file := filepath.Join("testdata", "lab_compare_"+name+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || got != string(want) {
			t.Errorf("%s: %v; got:\n%s", name, err, got)
		}
	}
}
