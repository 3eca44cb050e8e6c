package cli

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"matchstream/internal/logging"
	"matchstream/internal/replay"
)

var update = flag.Bool("update", false, "write the golden files and scripts anew")

// main runs a command line in this process.
func runMain(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = Main(args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

func TestHelpTexts(t *testing.T) {
	for name, args := range map[string][]string{
		"matchstream":          {"--help"},
		"serve":                {"serve", "--help"},
		"demo":                 {"demo", "--help"},
		"replay":               {"replay", "--help"},
		"admin":                {"admin", "--help"},
		"admin-token-new":      {"admin", "token", "new", "--help"},
		"admin-copy":           {"admin", "copy", "--help"},
		"admin-cluster":        {"admin", "cluster", "--help"},
		"admin-cluster-status": {"admin", "cluster", "status", "--help"},
		"admin-cluster-remove": {"admin", "cluster", "remove", "--help"},
		"admin-drain":          {"admin", "drain", "--help"},
		"admin-undrain":        {"admin", "undrain", "--help"},
		"admin-shed":           {"admin", "shed", "--help"},
		"admin-token-revoke":   {"admin", "token", "revoke", "--help"},
		"admin-token":          {"admin", "token", "--help"},
		"doctor":               {"doctor", "--help"},
		"version":              {"version", "--help"},
		"export":               {"export", "--help"},
		"watch":                {"watch", "--help"},
		"completion":           {"completion", "--help"},
		"lab":                  {"lab", "--help"},
		"lab-http":             {"lab", "http", "--help"},
		"lab-report":           {"lab", "report", "--help"},
		"lab-compare":          {"lab", "compare", "--help"},
		"lab-bound":            {"lab", "bound", "--help"},
		"lab-nodes":            {"lab", "nodes", "--help"},
		"lab-all":              {"lab", "all", "--help"},
		"lab-simulate":         {"lab", "simulate", "--help"},
		"lab-agent":            {"lab", "agent", "--help"},
		"top":                  {"top", "--help"},
	} {
		code, out, errs := runMain(args...)
		if code != 0 || errs != "" {
			t.Errorf("%v: exit %d, %s", args, code, errs)
		}
		path := filepath.Join("testdata", "help", name+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if out != string(want) {
			t.Errorf("%s differs (-update writes it anew); got:\n%s", path, out)
		}
	}
}

// The help names the rooms that there are.
func TestHelpNamesTheRooms(t *testing.T) {
	_, out, _ := runMain("serve", "--help")
	if want := "rooms: " + strings.Join(logging.Rooms, ", "); !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
		t.Errorf("the help of --log-level does not say %q", want)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"http", "tcp", "drain", "drain-delay", "max-connections-per-ip", "lag"}
	for name, want := range map[string]string{
		"https": "http", "drian": "drain", "drain_delay": "drain-delay", "max-connections-per-addr": "max-connections-per-ip",
		"lga": "", "lagg": "lag", "zzzzz": "", "": "",
	} {
		if got := nearest(name, known); got != want {
			t.Errorf("nearest to %q is %q, expected %q", name, got, want)
		}
	}
}

func TestSharedPort(t *testing.T) {
	for _, c := range []struct {
		addresses []string
		shared    bool
	}{
		{[]string{":8888", ":9999", "127.0.0.1:8889"}, false},
		{[]string{":8888", ":8888"}, true},
		{[]string{":8888", "127.0.0.1:8888"}, true},
		{[]string{"127.0.0.1:8888", "127.0.0.2:8888"}, false},
		{[]string{":9102", ":9100-9103"}, true},
		{[]string{":0", ":0"}, false},
		{[]string{"nonsense", "nonsense"}, false},
	} {
		if _, _, got := sharedPort(c.addresses...); got != c.shared {
			t.Errorf("%v: shared %v, expected %v", c.addresses, got, c.shared)
		}
	}
}

// What print-config prints is a file that gives the same settings.
func TestPrintConfigRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.yaml")
	_, first, _ := runMain("serve", "--print-config", "--lag=7", "--data", `a "b" # c\d`, "--tcp", ":9100-9103", "--drain=1m30s", "--advertise", "example.org")
	if err := os.WriteFile(path, []byte(first), 0o644); err != nil {
		t.Fatal(err)
	}
	code, second, errs := runMain("serve", "--print-config", "--config", path)
	if code != 0 {
		t.Fatal(errs)
	}
	values := func(text string) (all []string) {
		for line := range strings.Lines(text) {
			value, _, _ := strings.Cut(line, "  # ")
			all = append(all, strings.Join(strings.Fields(value), " "))
		}
		return all
	}
	if a, b := strings.Join(values(first), "\n"), strings.Join(values(second), "\n"); a != b {
		t.Errorf("the settings are\n%s\nexpected\n%s", b, a)
	}
}

// full is a disk that has no room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// What could not be said is a failure; and a token that nobody has seen is
// worth nothing, but its line in a file is.
func TestFullOutput(t *testing.T) {
	tokens := filepath.Join(t.TempDir(), "tokens")
	for want, args := range map[string][]string{
		"not all could be printed: no space left": {"version"},
		"not all could be printed: no space":      {"admin", "token", "new", "--name", "desk", "--scope", "operator"},
		"take the line of desk out of " + tokens:  {"admin", "token", "new", "--name", "desk", "--scope", "operator", "--file", tokens},
	} {
		var errs bytes.Buffer
		if code := Main(args, strings.NewReader(""), full{}, &errs); code != 1 || !strings.Contains(errs.String(), want) {
			t.Errorf("%q: exit %d, %s", args, code, &errs)
		}
	}
}

func TestResumeLine(t *testing.T) {
	got := resumeLine([]string{"replay", "--reset", "--speed", "0", "my match.ndjson", "it's"})
	if want := `matchstream replay --speed 0 'my match.ndjson' 'it'\''s'`; got != want {
		t.Errorf("%s, expected %s", got, want)
	}
}

// Bars end by themselves where the game is complete, and by finish where not.
func TestBarsEnd(t *testing.T) {
	b := newBars(io.Discard, true)
	whole, part, none := &replay.Game{Match: "a", Lines: 2}, &replay.Game{Match: "b", Lines: 9}, &replay.Game{Match: "c"}
	for line := range 3 {
		b.watch(whole, replay.Step{Kind: replay.Played, Line: line, Text: "text"})
		b.watch(part, replay.Step{Kind: replay.Played, Line: line, Text: "text"})
		b.watch(part, replay.Step{Kind: replay.Note, Text: "text"})
	}
	b.watch(none, replay.Step{Kind: replay.Ready, Text: "the timeline has no events"})
	b.finish()
	if got := b.bars[whole].Current(); got != 2 || !b.bars[whole].Completed() {
		t.Errorf("the whole game's bar is at %d", got)
	}
	if got := b.bars[part].Current(); got != 2 || !b.bars[part].Aborted() {
		t.Errorf("the other bar is at %d", got)
	}
}

// A long text leaves room for the bar, and does not touch the figures.
func TestTextBesideABar(t *testing.T) {
	for _, c := range []struct {
		text    string
		columns int
		want    string
	}{
		{"41' substitution", 53, " 41' substitution"},
		{"41' substitution, France: Randal Kolo Muani", 53, " 41' substitution, France: Randal Kolo M…"},
		{"41' substitution, France", 20, " 41' substitution, …"},
	} {
		if got := besideBar(c.text, c.columns); got != c.want {
			t.Errorf("%q in %d columns is %q, expected %q", c.text, c.columns, got, c.want)
		}
	}
}

func FuzzConfigFile(f *testing.F) {
	for _, seed := range []string{"lag: 3\n", "http: :80\n", "- a\n", "lag: {\n", "? [a]\n: b\n", "a: &x 1\nb: *x\n", "\x00", "lag: |\n  3\n", "---\n---\n", "<<: 1", "!!x y: z"} {
		f.Add([]byte(seed))
	}
	known := []string{"http", "lag"}
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := parseConfigFile("c.yaml", b, known)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "c.yaml:") {
				t.Errorf("the error does not say where: %v", err)
			}
			return
		}
		for key, e := range file.entries {
			if key != "http" && key != "lag" || e.line < 1 {
				t.Errorf("an entry %q in line %d", key, e.line)
			}
		}
	})
}
