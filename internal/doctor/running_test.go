package doctor

import (
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

// serving is the running server with 9,000 sockets open, of which some listen.
func serving(t *testing.T, with ...string) Host {
	t.Helper()
	const row = "   %d: %s 00000000:0000 %s 00000000:00000000 00:00000000 00000000     0        0 %d 1 0 100 0 0 10 0\n"
	head := "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	files := running(t, "net:[1]")
	for i := range 9000 {
		files[fmt.Sprintf("proc/4711/fd/%d", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "socket:[%d]", 1000+i), Mode: fs.ModeSymlink}
	}
	return Host{Files: changed(files, append([]string{
		"proc/4711/net/tcp", head + fmt.Sprintf(row, 0, "0100007F:0050", "0A", 1001) + fmt.Sprintf(row, 1, "00000000:1538", "0A", 77) + fmt.Sprintf(row, 2, "00000000:A000", "01", 1002),
		"proc/4711/net/tcp6", head + fmt.Sprintf(row, 0, "00000000000000000000000000000000:A410", "0A", 1003) + fmt.Sprintf(row, 1, "00000000000000000000000000000000:A410", "0A", 1004),
		"proc/4711/limits", "Max processes 5000 5000 processes\nMax open files 20000 20000 files"}, with...)...)}
}

// Ports are those on which the process itself listens.
func TestPortsOfAProcess(t *testing.T) {
	h := serving(t)
	p := newPatient(h, Question{Watchers: 10_000, PID: 4711})
	if p.portsErr != nil || !reflect.DeepEqual(p.Ports, []int{80, 42_000}) {
		t.Errorf("%v, %v", p.Ports, p.portsErr)
	}
	ask := func(h Host, ports ...int) Finding {
		return find(t, Examine(h, Question{Watchers: 10_000, PID: 4711, Ports: ports}), "ip_local_reserved_ports")
	}
	if f := ask(h); f.Severity != Warning || !strings.Contains(f.Measured, "42000 among") {
		t.Errorf("%s: %s", f.Severity, f.Measured)
	}
	hidden := Host{Files: denied{h.Files, "proc/4711/fd"}}
	if f := ask(hidden); f.Severity != CannotTell || !strings.Contains(f.Measured, "/proc/4711/fd may not be read") {
		t.Errorf("%s: %s", f.Severity, f.Measured)
	}
	if f := ask(hidden, 80); f.Severity != OK {
		t.Errorf("of a port that is given: %s: %s", f.Severity, f.Measured)
	}
}

// What the watchers of a process that runs have already is not needed a second time.
func TestWhatAProcessHasCountsOnce(t *testing.T) {
	h := serving(t, "proc/sys/net/netfilter/nf_conntrack_max", "21000", "proc/sys/net/netfilter/nf_conntrack_count", "10000",
		"proc/sys/fs/file-max", "12000", "proc/sys/fs/file-nr", "10000 0 12000",
		"proc/meminfo", "MemTotal: 16000000 kB\nMemAvailable: 10000 kB\nSwapTotal: 0 kB", "proc/4711/status", "VmRSS: 120000 kB\nVmSwap: 0 kB\nCpus_allowed_list: 0-3\n")
	r := Examine(h, Question{Watchers: 10_000, PID: 4711})
	for code, want := range map[string]string{
		"conntrack":   "21,000, of which 10,000 are in use",
		"descriptors": "11,000; fs.file-max (12,000, of which 1,000 are in use by others) wins",
		"memory":      "178 MB of it free",
	} {
		if f := find(t, r, code); f.Severity != OK || !strings.Contains(f.Measured, want) {
			t.Errorf("%s: %s: %s, needed %s", code, f.Severity, f.Measured, f.Needed)
		}
	}
	if f := find(t, r, "somaxconn"); f.Severity != CannotTell || !strings.Contains(f.Measured, "ss -ltnp") {
		t.Errorf("%s: %s", f.Severity, f.Measured)
	}
}

func FuzzParseListening(f *testing.F) {
	f.Add("head\n 0: 0100007F:0050 00000000:0000 0A 0:0 00:0 0 0 0 1001 1")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := parseListening(text)
		for inode, port := range all {
			if err != nil || inode == "" || port < 0 || port > 65_535 {
				t.Errorf("%q is %d, %v", inode, port, err)
			}
		}
	})
}
