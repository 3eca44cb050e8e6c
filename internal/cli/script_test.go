package cli

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"matchstream/matches"
)

// leakChecked runs the tests and then looks for goroutines left behind.
type leakChecked struct{ *testing.M }

func (m leakChecked) Run() int {
	// What the tests see shall not depend on who runs them.
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); name == "COLUMNS" || strings.HasPrefix(name, environmentPrefix) {
			os.Unsetenv(name)
		}
	}
	code := m.M.Run()
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func TestMain(m *testing.M) {
	testscript.Main(leakChecked{m}, map[string]func(){
		"curl":        curl,
		"matchstream": func() { os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts drives the real program, as a process of its own, by the scripts
// in testdata/script.
func TestScripts(t *testing.T) {
	hearHangup(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			for _, name := range []string{matches.Seed, matches.Final2022} {
				b, err := matches.FS.ReadFile(name)
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(e.WorkDir, filepath.Base(name)), b, 0o644); err != nil {
					return err
				}
			}
			// Scripts run at the same time: each has an address of its own. On
			// 127.0.0.1 there are the clients' ports, of which one might be
			// the free one that was found.
			host := fmt.Sprintf("127.%d.%d.%d", 1+os.Getpid()/250%250, 1+os.Getpid()%250, hosts.Add(1))
			for _, name := range []string{"HTTP", "TCP", "ADMIN", "AGENT", "AGENT2", "AGENT3"} {
				port, err := freePort(host)
				if err != nil {
					return err
				}
				e.Setenv(name, net.JoinHostPort(host, strconv.Itoa(port)))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready": ready, "faulty": faultyServer, "get": get, "dial": dial, "exitcode": exitCode, "mode": mode, "occupy": occupy, "prints": prints, "becomes": becomes, "refused": refused, "reading": reading, "sigterm": signals(syscall.SIGTERM), "sighup": signals(syscall.SIGHUP), "flip": flip,
		},
		UpdateScripts: *update,
	})
}

// hosts is how many addresses were given out.
var hosts atomic.Int64

func freePort(host string) (int, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// ready ADDRESS waits until the server is there.
func ready(ts *testscript.TestScript, _ bool, args []string) {
	waitFor(ts, func() error {
		r, err := http.Get("http://" + args[0] + "/readyz")
		if err != nil {
			return err
		}
		r.Body.Close()
		if r.StatusCode != http.StatusOK {
			return errors.New(r.Status)
		}
		return nil
	})
}

// waitFor asks again and again, for a minute at most.
func waitFor(ts *testscript.TestScript, f func() error) {
	deadline := time.Now().Add(time.Minute)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := f()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("still not so after a minute: %v", err)
		}
		<-tick.C
	}
}

// curl is as much of the real one as the lines to paste need, which may not be
// on a machine that runs the tests: curl [-N] [-H header] [-d body] url.
func curl() {
	method, body, header := http.MethodGet, "", http.Header{"User-Agent": {"curl"}}
	url := ""
	for args := os.Args[1:]; len(args) > 0; args = args[1:] {
		switch args[0] {
		case "-N":
		case "-H":
			name, value, _ := strings.Cut(args[1], ": ")
			header.Set(name, value)
			args = args[1:]
		case "-d":
			method, body = http.MethodPost, args[1]
			header.Set("Content-Type", "application/x-www-form-urlencoded")
			args = args[1:]
		default:
			url = args[0]
		}
	}
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header = header
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		panic(err)
	}
	io.Copy(os.Stdout, response.Body)
}

// becomes URL TEXT waits until the page contains the text.
func becomes(ts *testscript.TestScript, _ bool, args []string) {
	waitFor(ts, func() error {
		r, err := http.Get(args[0])
		if err != nil {
			return err
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err == nil && !strings.Contains(string(b), args[1]) {
			err = fmt.Errorf("%s does not contain %q: %s", args[0], args[1], b)
		}
		return err
	})
}

// refused URL FILE waits until the token in the file does not hold any more.
func refused(ts *testscript.TestScript, _ bool, args []string) {
	text, err := os.ReadFile(ts.MkAbs(args[1]))
	ts.Check(err)
	waitFor(ts, func() error {
		r, err := http.NewRequest(http.MethodGet, args[0], nil)
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(text)))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusUnauthorized {
			return errors.New(answer.Status)
		}
		return nil
	})
}

// reading FILE waits until somebody reads the named pipe, in which nothing is said
// until the script ends.
func reading(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY, 0)
	ts.Check(err)
	ts.Defer(func() { f.Close() })
}

// get URL TEXT… gets a page, which must contain the texts.
func get(ts *testscript.TestScript, _ bool, args []string) {
	r, err := http.Get(args[0])
	ts.Check(err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	ts.Check(err)
	for _, text := range args[1:] {
		if !strings.Contains(string(b), text) {
			ts.Fatalf("%s does not contain %q: %s", args[0], text, b)
		}
	}
}

// dial ADDRESS LINE TEXT… speaks the line protocol until the server closes.
func dial(ts *testscript.TestScript, _ bool, args []string) {
	c, err := net.Dial("tcp", args[0])
	ts.Check(err)
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	_, err = c.Write([]byte(args[1] + "\n"))
	ts.Check(err)
	b, err := io.ReadAll(c)
	ts.Check(err)
	for _, text := range args[2:] {
		if !strings.Contains(string(b), text) {
			ts.Fatalf("what comes from %s does not contain %q: %s", args[0], text, b)
		}
	}
}

// exitCode N runs the rest of the line, which must exit with N.
func exitCode(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit interface{ ExitCode() int }
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, expected %s", code, args[0])
	}
}

// signals sends one to all background processes (kill knows INT and KILL).
func signals(s syscall.Signal) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, _ []string) {
		for _, c := range ts.BackgroundCmds() {
			ts.Check(c.Process.Signal(s))
		}
	}
}

// mode FILE MODE checks a file's permissions.
func mode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[1] {
		ts.Fatalf("%s has mode %s, expected %s", args[0], got, args[1])
	}
}

// flip FILE TEXT changes a bit where the text stands first.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	b, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	i := strings.Index(string(b), args[1])
	if i < 0 {
		ts.Fatalf("%s does not contain %q", args[0], args[1])
	}
	b[i] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}

// occupy ADDRESS listens there until the script ends.
func occupy(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", args[0])
	ts.Check(err)
	ts.Defer(func() { l.Close() })
}

// prints FILE TEXT waits until the file contains the text.
func prints(ts *testscript.TestScript, _ bool, args []string) {
	waitFor(ts, func() error {
		b, err := os.ReadFile(ts.MkAbs(args[0]))
		if err != nil {
			return err
		}
		if !strings.Contains(string(b), args[1]) {
			return fmt.Errorf("%s does not contain %q: %s", args[0], args[1], b)
		}
		return nil
	})
}

// hearHangup gives what is started here SIGHUP as a terminal's programs have it, also where
// whoever runs the tests has it ignored, as nohup does: what is ignored is handed on, and
// what is heard is not.
func hearHangup(t *testing.T) {
	if !signal.Ignored(syscall.SIGHUP) {
		return
	}
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(heard) })
}
