package cli

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The example of a server that is not ours, docs/NCHAN.md, holds: its command lines are
// run as they stand there, in one folder with its files; only the address is another.
func TestNchanExample(t *testing.T) {
	const docs, address = "../../docs", "127.0.0.1:8080"
	page, err := os.ReadFile(filepath.Join(docs, "NCHAN.md"))
	if err != nil {
		t.Fatal(err)
	}
	script, commands := "", 0
	for line := range strings.Lines(string(page)) {
		switch line, command := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "    "); {
		case command && strings.HasPrefix(line, "nginx "):
			script = "exec sh start.sh &\nlistens $AT\n" + script + "-- start.sh --\nPATH=\"$PATH:/usr/sbin\"\nexec " + line + "\n"
		case command && strings.HasPrefix(line, "matchstream lab "):
			commands++
			said := "All went as a user expects"
			if strings.Contains(line, "lab bound") {
				said = "128 users work"
			}
			i := strings.Index(script, "-- start.sh")
			script = script[:i] + "exec " + line + "\nstdout '" + said + "'\n" + script[i:]
		}
	}
	if commands != 3 {
		t.Errorf("%d commands are run, expected 3", commands)
	}
	file := filepath.Join(t.TempDir(), "nchan.txtar")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Files: []string{file},
		Setup: func(e *testscript.Env) error {
			port, err := freePort("127.0.0.1")
			if err != nil {
				return err
			}
			at := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
			e.Setenv("AT", at)
			folder := filepath.Join(e.WorkDir, "docs")
			if err := os.Mkdir(folder, 0o700); err != nil {
				return err
			}
			for _, name := range []string{"nchan.conf", "nchan-sse.yaml", "nchan-ws.yaml"} {
				b, err := os.ReadFile(filepath.Join(docs, name))
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(folder, name), []byte(strings.ReplaceAll(string(b), address, at)), 0o600); err != nil {
					return err
				}
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"listens": listens},
	})
}

// listens ADDRESS waits until somebody does.
func listens(ts *testscript.TestScript, _ bool, args []string) {
	waitFor(ts, func() error {
		c, err := net.Dial("tcp", args[0])
		if err == nil {
			c.Close()
		}
		return err
	})
}
