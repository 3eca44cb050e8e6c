package doctor

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// running is the fine host with a server that runs there as process 4711: of the unit, in
// a network namespace.
func running(t *testing.T, namespace string) fstest.MapFS {
	files := made(t, "fine")
	for path, f := range files {
		if rest, ok := strings.CutPrefix(path, "proc/self/"); ok {
			files["proc/4711/"+rest] = f
		}
	}
	files["proc/self/ns/net"] = &fstest.MapFile{Data: []byte("net:[1]"), Mode: fs.ModeSymlink}
	files["proc/4711/ns/net"] = &fstest.MapFile{Data: []byte(namespace), Mode: fs.ModeSymlink}
	return changed(files,
		"proc/4711/limits", "Max processes 5000 5000 processes\nMax open files 2048 1048576 files",
		"proc/4711/cgroup", "0::/system.slice/live.service\n",
		"proc/4711/status", "VmRSS: 200000 kB\nVmSwap: 3000 kB\nCpus_allowed_list: 0-3\n",
		"etc/systemd/system/live.service", "[Service]\nLimitNOFILE=2048:4096\n",
		"proc/4711/fd/0", "", "proc/4711/fd/1", "", "proc/4711/fd/2", "",
		"sys/fs/cgroup/system.slice/live.service/cgroup.procs", "4711", "sys/fs/cgroup/system.slice/live.service/memory.events", "oom_kill 0", "sys/fs/cgroup/system.slice/live.service/cpu.stat", "nr_throttled 0")
}

func askAboutProcess(h Host) Report {
	q := question("fine")
	q.PID = 4711
	return Examine(h, q)
}

// What counts for a process that runs is what it has itself.
func TestProcess(t *testing.T) {
	r := askAboutProcess(Host{Files: running(t, "net:[1]")})
	if r.Of != "process 4711 (matchstream)" || len(r.Assumed) != 1 { // the size of pages
		t.Errorf("%s, %q", r.Of, r.Assumed)
	}
	for code, want := range map[string]string{
		"descriptors":    "2,048; the soft limit of the process (RLIMIT_NOFILE) wins",
		"systemd-nofile": "4,096 by /etc/systemd/system/live.service",
		"swap":           "none",
	} {
		if f := find(t, r, code); f.Measured != want {
			t.Errorf("%s: %q, expected %q", code, f.Measured, want)
		}
	}
	f := find(t, r, "descriptors")
	if evidence, remedy := strings.Join(f.Evidence, "\n"), strings.Join(f.Remedy, "\n"); !strings.Contains(evidence, "open now: 3") || !strings.Contains(evidence, "hard limit: 1,048,576") ||
		!strings.Contains(remedy, "/live.service.d/") || !strings.Contains(remedy, "systemctl restart live.service") {
		t.Errorf("%s\n%s", evidence, remedy)
	}
	files := changed(running(t, "net:[1]"), "etc/systemd/system/live.service", "[Service]\nLimitNOFILE=2048\n")
	if f := find(t, askAboutProcess(Host{Files: files}), "descriptors"); f.Measured != "2,048; the soft limit of the process (RLIMIT_NOFILE, from systemd: /etc/systemd/system/live.service) wins" {
		t.Error(f.Measured)
	}
	// What it has in memory already counts for free.
	h := Host{Files: changed(running(t, "net:[1]"), "proc/meminfo", "MemTotal: 16000000 kB\nMemAvailable: 10000 kB\nSwapTotal: 5000000 kB")}
	if f := find(t, askAboutProcess(h), "memory"); f.Severity != OK || !strings.Contains(f.Measured, "215 MB of it free") {
		t.Errorf("%s: %s", f.Severity, f.Measured)
	}
	if f := find(t, askAboutProcess(h), "swap"); f.Severity != Warning || f.Measured != "3 MB of the process are in swap" {
		t.Errorf("%s: %s", f.Severity, f.Measured)
	}
}

// An instance has the limit of its template.
func TestTemplate(t *testing.T) {
	files := changed(running(t, "net:[1]"), "proc/4711/cgroup", "0::/system.slice/system-live.slice/live@a.service\n",
		"usr/lib/systemd/system/live@.service", "[Service]\nLimitNOFILE=1000", "etc/systemd/system/live@.service.d/1.conf", "LimitNOFILE=3000")
	if f := find(t, askAboutProcess(Host{Files: files}), "systemd-nofile"); f.Measured != "3,000 by /etc/systemd/system/live@.service.d/1.conf" {
		t.Error(f.Measured)
	}
}

// Sysctls of another network namespace than the process' are none of its; its own
// counters are still to be had.
func TestProcessInAnotherNetwork(t *testing.T) {
	r := askAboutProcess(Host{Files: running(t, "net:[2]")})
	for _, code := range []string{"somaxconn", "tcp_mem", "ip_local_reserved_ports", "txqueuelen", "conntrack", "tcp_tw_recycle"} {
		if f := find(t, r, code); f.Severity != CannotTell || !strings.Contains(f.Measured, "nsenter --net --target 4711") {
			t.Errorf("%s is %s: %s", code, f.Severity, f.Measured)
		}
	}
	if f := find(t, r, "ListenOverflows"); f.Severity != OK {
		t.Errorf("%s: %s", f.Severity, f.Measured)
	}
}

// Of a process of somebody else less can be read; it is said what is taken for granted.
func TestProcessOfAnotherUser(t *testing.T) {
	files := running(t, "net:[1]")
	delete(files, "proc/4711/ns/net")
	r := askAboutProcess(Host{Files: denied{files, "proc/4711/environ"}})
	if f := find(t, r, "GOGC"); f.Severity != CannotTell || !strings.Contains(f.Measured, "/proc/4711/environ may not be read (try it as root") {
		t.Errorf("%s: %s", f.Severity, f.Measured)
	}
	if !strings.Contains(strings.Join(r.Assumed, "\n"), "in the network namespace of who looks") {
		t.Error(r.Assumed)
	}
}

func TestNoSuchProcess(t *testing.T) {
	h := Host{Files: running(t, "net:[1]")}
	if err := Running(h, 99); err == nil || !strings.Contains(err.Error(), "no process 99") {
		t.Error(err)
	}
	if err := Running(h, 4711); err != nil {
		t.Error(err)
	}
	q := question("fine")
	q.PID = 99
	r := Examine(Host{Files: made(t, "fine")}, q)
	if f := find(t, r, "descriptors"); r.Of != "process 99" || f.Severity != CannotTell || f.Measured != "/proc/99/limits is not there" {
		t.Errorf("%s: %s", r.Of, f.Measured)
	}
}

// How many are open is told of a process that runs, not of the doctor itself.
func TestOwnDescriptorsAreNotTold(t *testing.T) {
	r := Examine(Host{Files: changed(made(t, "fine"), "proc/self/fd/0", "", "proc/self/fd/1", "")}, question("fine"))
	if e := strings.Join(find(t, r, "descriptors").Evidence, "\n"); strings.Contains(e, "open now") {
		t.Error(e)
	}
}

// A collected host is judged by its own files: links that lead out of it lead nowhere.
func TestCollected(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "proc/sys/net/core"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "proc/sys/net/core/somaxconn"), []byte("4711\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/proc/sys/net/core/rmem_max", filepath.Join(folder, "proc/sys/net/core/rmem_max")); err != nil {
		t.Fatal(err)
	}
	h, done, err := Collected(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	r := Examine(h, question("fine"))
	if f := find(t, r, "somaxconn"); f.Measured != "4,711" {
		t.Error(f.Measured)
	}
	if f := find(t, r, "rmem_max"); f.Severity != CannotTell {
		t.Errorf("%s: %s", f.Severity, f.Measured)
	}
	if _, _, err := Collected(filepath.Join(folder, "nowhere")); err == nil {
		t.Error("a folder that is not there is taken for a host")
	}
}

// This host, whatever it is, is examined, and nothing of it is made up.
func TestHere(t *testing.T) {
	r := Examine(Here(), Question{Watchers: 100, Ports: []int{8888}})
	if f := find(t, r, "descriptors"); f.Severity == CannotTell && !strings.Contains(f.Measured, "/proc/") {
		t.Error(f)
	}
	if len(r.Findings) != len(Checks()) {
		t.Errorf("%d findings", len(r.Findings))
	}
}
