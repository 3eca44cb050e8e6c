package cli

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"matchstream/internal/match"
	"matchstream/internal/replay"
)

// TestTabInBash types into a real bash on a real terminal.
func TestTabInBash(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	n, server := startNode(t)
	defer n.Shutdown(context.Background())
	created, err := match.ReadTimeline(strings.NewReader(`{"match":{"home":{"id":"arg","name":"A"},"visit":{"id":"fra","name":"F"},"date":"2022-12-18"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := replay.Play(ctx, replay.Options{Timelines: []match.Timeline{created}, Servers: []string{server}, Token: operatorOfTests}); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "some file.ndjson"), nil, 0o644); err != nil {
		t.Fatal(err)
	}

	x := newTerminal(t, 150, 40)
	bash := exec.CommandContext(ctx, "bash", "--norc", "--noprofile", "-i")
	bash.Dir = folder
	bash.Env = append(os.Environ(), "TERM=dumb", "PS1=$ ", "INPUTRC=/dev/null", "HOME="+folder)
	bash.Stdin, bash.Stdout, bash.Stderr = x.slave, x.slave, x.slave
	bash.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := bash.Start(); err != nil {
		t.Fatal(err)
	}
	defer bash.Wait()
	says := func(what, want string) {
		t.Helper()
		x.becomes(t, ctx, what, func(rows []string) bool { return rows[len(rows)-1] == "$"+want })
	}
	keys := func(text string) {
		if _, err := io.WriteString(x.master, text); err != nil {
			t.Fatal(err)
		}
	}
	says("bash", "")
	// Not before bash has done with this line: until then the terminal itself
	// shows what is typed, and the prompt of before is still to be seen.
	keys("source <(matchstream completion bash); clear() { printf '\\n'; }; echo ready\n")
	x.becomes(t, ctx, "completion is there", func(rows []string) bool {
		return len(rows) >= 2 && rows[len(rows)-2] == "ready" && rows[len(rows)-1] == "$"
	})
	const away = "\x15" // Ctrl-U
	for typed, want := range map[string]string{
		"matchstream wat\t":                             " matchstream watch",
		"matchstream watch --v\t":                       " matchstream watch --via",
		"matchstream watch --via t\t":                   " matchstream watch --via tcp",
		"matchstream watch --via=t\t":                   " matchstream watch --via=tcp",
		"matchstream admin to\tn\t--na\t":               " matchstream admin token new --name",
		"matchstream replay so\t":                       ` matchstream replay some\ file.ndjson`,
		"matchstream replay --token-file=so\t":          ` matchstream replay --token-file=some\ file.ndjson`,
		"matchstream watch --server " + server + " a\t": " matchstream watch --server " + server + " arg-fra-2022-12-18",
		"matchstream admin token new --scope mat\tx":    " matchstream admin token new --scope match:x",
	} {
		says("an empty line", "")
		keys(typed)
		says(typed, want)
		keys(away)
	}
	says("the end", "")
	keys("exit\n")
}
