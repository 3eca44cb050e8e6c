package auth

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const chosen = "correct-horse-battery-staple"

// TestFile: testdata/*.tokens are tokens files, *.want what is read from them
// or what is said about them.
func TestFile(t *testing.T) {
	files, err := filepath.Glob("testdata/*.tokens")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases in testdata", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			tokens, err := readFile(file)
			var got strings.Builder
			for _, token := range tokens {
				got.WriteString(token.Name + " " + strings.Join(token.Scopes, " ") + "\n")
			}
			if err != nil {
				got.WriteString(err.Error() + "\n")
			}
			golden := strings.TrimSuffix(file, ".tokens") + ".want"
			if *update {
				if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("got\n%swant\n%s", got.String(), want)
			}
		})
	}
}

func TestLineIsRead(t *testing.T) {
	text := Generate()
	tokens, err := Parse(strings.NewReader(Line("anna", text, []string{Operator, MatchScope("elp-tig-2011-09-10")}) + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	all := &Tokens{slow: newSlowness()}
	all.set.Store(&set{all: tokens})
	found, err := all.Check(t.Context(), "192.0.2.1:1", "Bearer "+text)
	if err != nil || found.Name != "anna" || !found.Has(Operator) || !found.Posts("elp-tig-2011-09-10") {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestLongLine(t *testing.T) {
	if _, err := Parse(strings.NewReader("\n" + strings.Repeat("a", 1<<17))); err == nil || err.Error() != "line 2: expected at most 65536 bytes" {
		t.Error(err)
	}
}

func TestGenerate(t *testing.T) {
	a, b := Generate(), Generate()
	if a == b {
		t.Error("the same token twice")
	}
	for _, text := range []string{a, b} {
		if !strings.HasPrefix(text, "ms_") || len(text) != len("ms_")+43 {
			t.Errorf("%q is not ms_ and 43 characters", text)
		}
	}
}

func TestScopes(t *testing.T) {
	own := Token{Scopes: []string{MatchScope("elp-tig-2011-09-10")}}
	if !own.Posts("elp-tig-2011-09-10") || own.Posts("arg-fra-2022-12-18") || own.Has(Operator) {
		t.Error("a match's token posts to its match and nothing else")
	}
	for _, scope := range []string{Admin, Edge} {
		if (Token{Scopes: []string{scope}}).Posts("elp-tig-2011-09-10") {
			t.Errorf("%s must not post", scope)
		}
	}
	if !(Token{Scopes: []string{Operator}}).Posts("arg-fra-2022-12-18") {
		t.Error("operator posts to all")
	}
}

func entry(t *testing.T, name, text string) store.Entry {
	t.Helper()
	value, err := json.Marshal(catalogued{Name: name, SHA256: Hash(text), Scopes: []string{Operator}})
	if err != nil {
		t.Fatal(err)
	}
	return store.Entry{Key: Prefix + name, Value: value, Revision: 1}
}

func writeTokens(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoad(t *testing.T) {
	file := writeTokens(t, Line("anna", "annas-token", []string{Operator}), Line("first", "new-text", []string{Edge}))
	all, err := Load(file, chosen, []store.Entry{
		entry(t, "first", "old-text"), entry(t, "other", "others-text"), {Key: "team/elp", Value: []byte("{}")}})
	if err != nil {
		t.Fatal(err)
	}
	quiet(all)
	for text, name := range map[string]string{"annas-token": "anna", chosen: "operator", "new-text": "first", "others-text": "other", "old-text": ""} {
		found, err := all.Check(t.Context(), "", "bearer  "+text+" ")
		if found.Name != name || (name == "") != errors.Is(err, ErrWrong) {
			t.Errorf("%s: found %q, %v, want %q", text, found.Name, err, name)
		}
	}
	if all.Len() != 4 {
		t.Errorf("%d tokens, want 4", all.Len())
	}
	if got := all.Stored(); !slices.Equal(got, []string{"other"}) {
		t.Errorf("of the catalogue hold %q, want other", got)
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		file, environment string
		catalogue         []store.Entry
		want              string
	}{
		"no file":           {file: "testdata/none", want: "no such file"},
		"short":             {environment: "nineteen-characters", want: "at least 20 characters, found 19"},
		"no header":         {environment: "twenty characters and a space", want: "without spaces"},
		"name twice":        {file: writeTokens(t, Line("operator", "text", []string{Operator})), environment: chosen, want: "the name operator is that of MATCHSTREAM_OPERATOR_TOKEN"},
		"catalogue, JSON":   {catalogue: []store.Entry{{Key: "token/x", Value: []byte("{")}}, want: "token/x"},
		"catalogue, hash":   {catalogue: []store.Entry{{Key: "token/x", Value: []byte(`{"name":"x","sha256":"00","scopes":["operator"]}`)}}, want: "64 hex digits"},
		"catalogue, scopes": {catalogue: []store.Entry{{Key: "token/x", Value: []byte(`{"name":"x","sha256":"` + Hash("") + `"}`)}}, want: "expected a scope"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(c.file, c.environment, c.catalogue)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q in it", err, c.want)
			}
			if err != nil && c.environment != "" && strings.Contains(err.Error(), c.environment) {
				t.Error("the error shows the token")
			}
		})
	}
}

// quiet makes waiting free; what was waited for is returned by the function.
func quiet(all *Tokens) func() []time.Duration {
	var waited []time.Duration
	all.UseClock(func() time.Time { return time.Unix(1_800_000_000, 0) },
		func(_ context.Context, d time.Duration) { waited = append(waited, d) })
	return func() []time.Duration { return waited }
}

func TestMissing(t *testing.T) {
	all, err := Load("", chosen, nil)
	if err != nil {
		t.Fatal(err)
	}
	waited := quiet(all)
	if _, err := all.Check(t.Context(), "192.0.2.1:1"); !errors.Is(err, ErrMissing) {
		t.Errorf("no header: %v", err)
	}
	for _, header := range []string{"", "Bearer", "Bearer ", "Basic " + chosen, chosen, "Bearer\t" + chosen, "Bearer" + chosen} {
		if _, err := all.Check(t.Context(), "192.0.2.1:1", header); !errors.Is(err, ErrMissing) {
			t.Errorf("%q: %v", header, err)
		}
	}
	for _, other := range []string{"Bearer " + chosen, "Bearer wrong", "", "Basic x"} {
		if _, err := all.Check(t.Context(), "192.0.2.1:1", "Bearer "+chosen, other); !errors.Is(err, ErrTwice) {
			t.Errorf("with another header %q: %v", other, err)
		}
		if _, err := all.Check(t.Context(), "192.0.2.1:1", other, "Bearer "+chosen); !errors.Is(err, ErrTwice) {
			t.Errorf("behind another header %q: %v", other, err)
		}
	}
	if len(waited()) > 0 {
		t.Error("a missing token must not slow anybody")
	}
}

func TestFirstStart(t *testing.T) {
	s := memory.New()
	t.Cleanup(func() { s.Close() })
	dir := t.TempDir()
	path, err := FirstStart(t.Context(), s, dir, "")
	if err != nil || path != filepath.Join(dir, TextFile) {
		t.Fatal(path, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	works := func() {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		entries, err := s.List(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		all, err := Load("", "", entries)
		if err != nil {
			t.Fatal(err)
		}
		quiet(all)
		if found, err := all.Check(t.Context(), "", "Bearer "+strings.TrimSpace(string(text))); err != nil || !found.Has(Operator) {
			t.Error("the text in the file is no operator's token:", found, err)
		}
	}
	works()
	again, err := FirstStart(t.Context(), s, dir, "")
	if err != nil || again != path {
		t.Error("second start:", again, err)
	}
	works()
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Error("left behind:", left)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if gone, err := FirstStart(t.Context(), s, dir, ""); gone != "" || !errors.Is(err, ErrTextGone) || !strings.Contains(err.Error(), path) {
		t.Error("without the file:", gone, err)
	}
	if err := os.WriteFile(path, []byte(Generate()), 0o600); err != nil {
		t.Fatal(err)
	}
	if gone, err := FirstStart(t.Context(), s, dir, ""); gone != "" || !errors.Is(err, ErrTextGone) {
		t.Error("with another text in the file:", gone, err)
	}
}

// A start that was cut off between file and catalogue is gone on with.
func TestFirstStartCutOff(t *testing.T) {
	s := memory.New()
	t.Cleanup(func() { s.Close() })
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, TextFile), []byte(chosen+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	path, err := FirstStart(t.Context(), s, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error("mode", info.Mode(), err)
	}
	entries, err := s.List(t.Context(), Prefix)
	if err != nil || len(entries) != 1 || !strings.Contains(string(entries[0].Value), Hash(chosen)) {
		t.Error("catalogue:", entries, err)
	}
}

func TestFirstStartFails(t *testing.T) {
	s := memory.New()
	if _, err := FirstStart(t.Context(), s, filepath.Join(t.TempDir(), "none"), ""); err == nil {
		t.Error("no folder, no error")
	}
	s.Close()
	if _, err := FirstStart(t.Context(), s, t.TempDir(), ""); !errors.Is(err, store.ErrClosed) {
		t.Error("closed store:", err)
	}
}

// racing makes another node's token appear just before the first Put.
type racing struct {
	store.Store
	other store.Entry
}

func (r *racing) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	if r.other.Key != "" {
		if _, err := r.Store.Put(ctx, r.other.Key, r.other.Value, 0); err != nil {
			return 0, err
		}
		r.other = store.Entry{}
	}
	return r.Store.Put(ctx, key, value, expect)
}

func TestFirstStartOfTwoNodes(t *testing.T) {
	s := &racing{Store: memory.New(), other: entry(t, Operator, chosen)}
	t.Cleanup(func() { s.Close() })
	if path, err := FirstStart(t.Context(), s, t.TempDir(), ""); path != "" || !errors.Is(err, ErrTextGone) {
		t.Error("the other node's token holds, its text is there:", path, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("# nothing\n\n")
	f.Add(Line("anna", "text", []string{Operator, Admin}) + " # hers\r\n")
	f.Add("anna sha256:00 operator")
	f.Add(Line("a", "b", []string{"match:elp-tig-2011-09-10"}) + "\n" + Line("a", "c", []string{Edge}))
	f.Fuzz(func(t *testing.T, text string) {
		tokens, err := Parse(strings.NewReader(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "line ") {
				t.Errorf("the error does not name its line: %v", err)
			}
			return
		}
		var again strings.Builder
		for _, token := range tokens {
			c := token.entry()
			again.WriteString(c.Name + " sha256:" + c.SHA256 + " " + strings.Join(c.Scopes, ",") + "\n")
		}
		back, err := Parse(strings.NewReader(again.String()))
		if err != nil || len(back) != len(tokens) {
			t.Errorf("written and read again: %v, %d tokens of %d", err, len(back), len(tokens))
		}
	})
}
