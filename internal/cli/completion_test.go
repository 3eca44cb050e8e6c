package cli

import (
	"os"
	"strings"
	"testing"
)

// candidatesOf are the words that __complete prints for a command line, whose
// last word is at the cursor, each with the beginning of what it is.
func candidatesOf(t *testing.T, words ...string) string {
	t.Helper()
	code, out, errs := runMain(append([]string{"__complete", "--"}, words...)...)
	if code != 0 || errs != "" {
		t.Errorf("%q: exit %d, %s", words, code, errs)
	}
	var all []string
	for line := range strings.Lines(out) {
		word, _, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			t.Errorf("%q: no tab in %q", words, line)
		}
		all = append(all, word)
	}
	return strings.Join(all, " ")
}

func TestCandidates(t *testing.T) {
	for _, c := range []struct {
		typed []string
		want  string
	}{
		{nil, "serve demo replay watch export admin top lab doctor version completion"},
		{[]string{""}, "serve demo replay watch export admin top lab doctor version completion"},
		{[]string{"v"}, "version"},
		{[]string{"x"}, ""},
		{[]string{"__"}, ""},
		{[]string{"admin", "token", "n"}, "new"},
		{[]string{"admin", "token", "revoke", "--data", ""}, ":folders"},
		{[]string{"admin", "token", "new", "--"}, "--help --name --scope --file"},
		{[]string{"watch", "--via", ""}, "sse tcp ws"},
		{[]string{"watch", "--via=w"}, "--via=ws"},
		{[]string{"watch", "--via", "tcp", "--"}, "--help --server --via --user --since --raw --no-color"},
		{[]string{"watch", "--raw", "--si"}, "--since"},
		{[]string{"watch", "--user", ""}, ""},
		{[]string{"watch", "--server", "http://127.0.0.1:1", "a"}, ""}, // nobody answers
		{[]string{"watch", "--nonsense", "--via", "s"}, "sse"},
		{[]string{"doctor", "--"}, "--help --watchers --tls --pid --ports --all --json --write --strict"},
		{[]string{"doctor", "--write", ""}, ":folders"},
		{[]string{"replay", ""}, ":files"},
		{[]string{"replay", "a.ndjson", "b"}, ":files"},
		{[]string{"replay", "--token-file", ""}, ":files"},
		{[]string{"replay", "--token-file=x"}, ":files"},
		{[]string{"replay", "--", "--r"}, ":files"},
		{[]string{"export", "--all", ""}, ":folders"},
		{[]string{"export", "-o", ""}, ":files"},
		{[]string{"serve", "--data="}, ":folders"},
		{[]string{"serve", "--pump", "g"}, "goroutine"},
		{[]string{"serve", "--log-f"}, "--log-format"},
		{[]string{"admin", "copy", ""}, ":folders"},
		{[]string{"admin", "copy", "data", "b"}, ":folders"},
		{[]string{"admin", "copy", "data", "backup", ""}, ""},
		{[]string{"completion", ""}, "bash fish zsh"},
		{[]string{"completion", "bash", ""}, ""},
		{[]string{"version", "-"}, "--help"},
	} {
		if got := candidatesOf(t, c.typed...); got != c.want {
			t.Errorf("%q: %q, expected %q", c.typed, got, c.want)
		}
	}
}

func FuzzReadTyped(f *testing.F) {
	for _, seed := range []string{"watch --via=t", "admin token new --scope a -", "-- -", "serve --data", "=", "export -o", "--=", "replay\x00--force=x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, word := range strings.Split(candidatesOf(t, append([]string{"version"}, strings.Split(line, " ")...)...), " ") {
			if strings.ContainsAny(word, "\n\t") {
				t.Errorf("%q: %q", line, word)
			}
		}
	})
}

// The scripts are printed as they are; a shell that is not known is an error.
func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		code, out, _ := runMain("completion", shell)
		want, err := os.ReadFile("completion/matchstream." + shell)
		if err != nil || code != 0 || out != string(want) {
			t.Errorf("%s: exit %d, %v", shell, code, err)
		}
	}
	if code, _, errs := runMain("completion", "csh"); code != exitUsage || !strings.Contains(errs, `must be one of "bash","zsh","fish"`) {
		t.Errorf("csh: exit %d, %s", code, errs)
	}
}
