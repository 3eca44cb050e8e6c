package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// unit is the shipped one with the program where this machine has it.
func unit(t *testing.T) (path, text string) {
	t.Helper()
	const there = "/usr/local/bin/matchstream"
	text = shipped(t, "matchstream.service")
	if !strings.Contains(text, "ExecStart="+there+" serve") {
		t.Fatalf("it does not run %s", there)
	}
	path = filepath.Join(t.TempDir(), "matchstream.service")
	write(t, path, strings.ReplaceAll(text, there, built(t)))
	return path, text
}

// TestUnit: systemd understands it, and finds the program well locked in.
func TestUnit(t *testing.T) {
	path, text := unit(t)
	if said := run(t, "systemd-analyze", "verify", "--man=no", path); said != "" {
		t.Errorf("systemd-analyze verify:\n%s", said)
	}
	run(t, "systemd-analyze", "security", "--offline=true", "--threshold=20", path) // 2.0 of 10
	setting := func(name string) string {
		m := regexp.MustCompile(`(?m)^` + name + `=(.*)$`).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("it has no %s", name)
		}
		return m[1]
	}
	if stop, leave := duration(t, setting("TimeoutStopSec")), leaving(t, text); stop <= leave {
		t.Errorf("systemd waits for %v, but to leave may take %v", stop, leave)
	}
	if setting("StartLimitIntervalSec") != "0" {
		t.Error("systemd gives up where a store comes late")
	}
	if setting("Restart") != "on-failure" || regexp.MustCompile(`(?m)^RestartPreventExitStatus=`).MatchString(text) {
		t.Error("it may stay down after a crash, which Go ends by exit code 2, as settings that are wrong do")
	}
	if setting("KillSignal") != "SIGTERM" || setting("KillMode") != "mixed" {
		t.Error("it is not told once, by SIGTERM")
	}
}

// behindTheDrain is what a node may take when --drain is over: for those who take
// nothing, and to write the audience.
const behindTheDrain = 10 * time.Second

// leaving is how long a node may take to leave, by the flags in a text.
func leaving(t *testing.T, text string) time.Duration {
	t.Helper()
	all := behindTheDrain
	for _, flag := range []string{"drain", "drain-delay"} {
		m := regexp.MustCompile(`--` + flag + `[= ]"?([0-9]+m?s)`).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("it does not set --%s", flag)
		}
		all += duration(t, m[1])
	}
	return all
}

func duration(t *testing.T, s string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestUnitAllows: no system call and no kind of socket that the program uses,
// from its start to its end, is one that the unit forbids.
func TestUnitAllows(t *testing.T) {
	_, text := unit(t)
	allowed := map[string]bool{}
	var add func(set string)
	add = func(set string) {
		for _, line := range strings.Split(run(t, "systemd-analyze", "syscall-filter", set), "\n")[1:] {
			switch name := strings.TrimSpace(line); {
			case strings.HasPrefix(name, "@"):
				add(name)
			case name != "" && !strings.HasPrefix(name, "#"):
				allowed[name] = true
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^SystemCallFilter=(@\S+)$`).FindAllStringSubmatch(text, -1) {
		add(m[1])
	}
	families := regexp.MustCompile(`(?m)^RestrictAddressFamilies=(.*)$`).FindStringSubmatch(text)[1]
	used := 0
	for line := range strings.Lines(traced(t)) {
		m := regexp.MustCompile(`^\d+ +([a-z_0-9]+)\((\w*)`).FindStringSubmatch(line)
		if m == nil {
			continue
		}
		used++
		if !allowed[m[1]] {
			t.Errorf("SystemCallFilter= forbids what it does: %s", line)
		}
		if m[1] == "socket" && !strings.Contains(families+" ", m[2]+" ") {
			t.Errorf("RestrictAddressFamilies= forbids what it does: %s", line)
		}
	}
	if used < 100 {
		t.Errorf("only %d calls were seen: the test shows nothing", used)
	}
}

// traced is what the program asks of the kernel in a short life: it starts, is
// asked for a page, and ends.
func traced(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	cmd := exec.Command("strace", "-f", "-o", trace, built(t), "serve", "--data", filepath.Join(dir, "data"), "--http", "127.0.0.1:0",
		"--tcp", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--access-log", filepath.Join(dir, "access.log"), "--log-format", "json", "--drain", "1ms")
	page, _ := serving(t, cmd)
	get(t, page)
	syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) // strace passes none on
	cmd.Wait()
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "+++ exited with 0 +++") {
		t.Fatalf("it did not end well:\n%.2000s", text)
	}
	return string(text)
}
