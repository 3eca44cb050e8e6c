package suspects

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// made is a made-up host: a folder like /proc, with what counts up after so many seconds.
func made(t *testing.T, root string, seconds int) {
	t.Helper()
	ticks := 100 * seconds
	files := map[string]string{
		"stat":                               fmt.Sprintf("cpu  %d 0 %d 5000 0 0 0 %d 0 0\ncpu0 1 0 0 0 0 0 0 0 0 0\ncpu1 1 0 0 0 0 0 0 0 0 0\nbtime 1\n", ticks, ticks/2, ticks/4),
		"meminfo":                            "MemTotal: 16000000 kB\nMemAvailable: 8000000 kB\n",
		"net/netstat":                        fmt.Sprintf("TcpExt: ListenOverflows ListenDrops TCPAbortOnMemory\nTcpExt: %d %d %d\n", 10*seconds, 20*seconds, seconds),
		"net/sockstat":                       fmt.Sprintf("sockets: used 16\nTCP: inuse 1 orphan 0 tw 4 alloc 1 mem %d\n", 500-seconds),
		"sys/net/ipv4/tcp_mem":               "100\t200\t1000\n",
		"sys/net/netfilter/nf_conntrack_max": "65536\n", "sys/net/netfilter/nf_conntrack_count": "17\n",
		"17/stat":   fmt.Sprintf("17 (server) S 1 17 17 0 -1 4194560 1 0 0 0 %d 0 0 0 20 0 1 0 99 1000000 1000 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0\n", ticks),
		"17/status": "Name:\tserver\nCpus_allowed_list:\t0-1\n",
		"17/limits": "Limit                     Soft Limit           Hard Limit           Units     \nMax open files            20000                20000                files     \n",
		"17/fd/0":   "", "17/fd/1": "", "17/fd/2": "",
	}
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// at has the last look be one at so many seconds.
func (w *Watch) at(seconds int) {
	l := &w.looks[len(w.looks)-1]
	if l.when = time.Unix(int64(seconds), 0); l.servers[0] != nil {
		l.servers[0].when = l.when
	}
}

func TestHost(t *testing.T) {
	root := t.TempDir()
	w := NewWatch(Where{Proc: root, Nodes: []Node{{PID: 17}}})
	for _, seconds := range []int{2, 4, 12, 14} { // a second of user time each second at first
		made(t, root, seconds)
		switch seconds {
		case 4:
			w.Playing(context.Background())
		case 12:
			w.Played(context.Background())
		default:
			w.Look(context.Background())
		}
		w.at(seconds + seconds/12*8) // and then only half as much
	}
	e := w.Sum()
	if e.Host == nil || len(e.CannotTell) != 0 || e.Play != 16 {
		t.Fatalf("%+v", e)
	}
	want := Host{Cores: 2, Busy: 0.75, Peak: 1.5, Steal: 0.125, Memory: 16e9 * 1.024, MemoryFree: 8e9 * 1.024, Overflows: 100, Drops: 200, NoMemory: 10,
		TCPPages: 498, MostTCPPages: 1000, Conntrack: 17, MostConntrack: 65536}
	if *e.Host != want {
		t.Errorf("%+v, expected %+v", *e.Host, want)
	}
	s := e.Servers[0]
	if s == nil || s.CPU != 0.5 || s.Peak != 1 || s.Processors != 2 || s.Descriptors != 3 || s.MostDescriptors != 20000 || s.Memory == 0 || s.Restarted {
		t.Errorf("%+v", s)
	}
}

// Without a part of it the rest is seen, and what cannot be told is said.
func TestCannotTell(t *testing.T) {
	root := t.TempDir()
	made(t, root, 1)
	for _, name := range []string{"meminfo", "net/sockstat", "net/netstat", "sys/net/netfilter/nf_conntrack_max"} {
		if err := os.Remove(filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	w := NewWatch(Where{Proc: root, Nodes: []Node{{PID: 18}}})
	w.Look(context.Background())
	w.Look(context.Background())
	e := w.Sum()
	told := strings.Join(e.CannotTell, "\n")
	for _, want := range []string{"the host's memory", "the queues of listeners", "the memory of TCP", "the firewall's table", "the server, at times"} {
		if strings.Count(told, want) != 1 {
			t.Errorf("expected %q once in\n%s", want, told)
		}
	}
	if e.Host == nil || e.Host.Cores != 2 || len(e.Servers) > 0 {
		t.Errorf("%+v %+v", e.Host, e.Servers)
	}
	w = NewWatch(Where{Proc: filepath.Join(root, "none")})
	w.Look(context.Background())
	if e := w.Sum(); e.Host != nil || len(e.Servers) > 0 || len(e.CannotTell) != 1 {
		t.Errorf("of nothing: %+v", e)
	}
}

const metrics = `process_start_time_seconds %d
process_cpu_seconds_total %d
process_resident_memory_bytes 2e8
process_open_fds 1100
process_max_fds 20000
go_gc_gomemlimit_bytes 9.2e18
matchstream_processors 2
matchstream_watchers{protocol="tcp"} 900
matchstream_watchers{protocol="sse"} 100
matchstream_watchers_fit 1000
matchstream_connections 1005
matchstream_descriptors_kept 652
matchstream_refused_total{reason="full"} %d
matchstream_starved_total %d
# TYPE matchstream_append_seconds histogram
matchstream_append_seconds_bucket{le="0.01"} %d
matchstream_append_seconds_bucket{le="+Inf"} %d
matchstream_append_seconds_count %d
matchstream_append_seconds_sum 1
`

func TestServer(t *testing.T) {
	now, status := 1, http.StatusOK
	started := 77
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintf(w, metrics, started, now, 3*now, now, 100*now, 100*now, 100*now)
	}))
	defer server.Close()
	w := NewWatch(Where{Proc: t.TempDir(), Nodes: []Node{{Metrics: server.URL}}, By: server.Client()})
	if n := w.Watchers(); n[0] >= 0 {
		t.Error("watchers of a server that was not looked at")
	}
	for _, now = range []int{1, 2, 4} {
		w.Look(context.Background())
		w.at(now)
	}
	status = http.StatusForbidden
	w.Look(context.Background())
	w.at(4)
	status = http.StatusOK
	w.Look(context.Background())
	w.at(4)
	if n := w.Watchers(); n[0] != 1000 {
		t.Errorf("%v watchers", n)
	}
	s := w.Sum().Servers[0]
	if s == nil || s.CPU != 1 || s.Processors != 2 || s.MemoryLimit != 0 || s.Watchers != 1000 || s.Connections != 1005 || s.Fit != 1000 || s.Kept != 652 ||
		s.Refused["full"] != 9 || s.Starved != 3 || s.Append <= 0 || s.Append > 0.01 || s.Unread != 1 || s.Restarted {
		t.Errorf("%+v", s)
	}
	started, now = 78, 0
	w.Look(context.Background())
	if s := w.Sum().Servers[0]; !s.Restarted || s.Refused["full"] != 0 {
		t.Errorf("a server that started anew: %+v", s)
	}
}

// A busy server answers late: its CPU is that until it answered, not until it was asked.
func TestAnsweredLate(t *testing.T) {
	w := NewWatch(Where{Nodes: []Node{{}}})
	for _, at := range [][2]int64{{0, 0}, {1, 5}, {6, 6}} {
		l := look{when: time.Unix(at[0], 0), servers: []*serverLook{{when: time.Unix(at[1], 0), cpu: float64(at[1])}}}
		w.looks = append(w.looks, l)
	}
	if s := w.Sum().Servers[0]; s.CPU != 1 || s.Peak != 1 {
		t.Errorf("%v, at most %v cores, expected 1", s.CPU, s.Peak)
	}
}

// What was not seen at times is left out, and never counts as much.
func TestRates(t *testing.T) {
	w := &Watch{}
	for i, v := range []float64{-1, 100, -1, 101, 103, -1} {
		l := look{when: time.Unix(int64(i), 0)}
		if v >= 0 {
			l.own = &v
		}
		w.looks = append(w.looks, l)
	}
	own := func(l look) (point, bool) { return l.point(l.own) }
	w.play = 2
	if mean, peak := w.rates(own); mean != 2 || peak != 2 {
		t.Errorf("mean %v, peak %v", mean, peak)
	}
	w.play, w.end = 4, 5 // nothing can be said of that: of all, then
	if mean, peak := w.rates(own); mean != 1 || peak != 2 {
		t.Errorf("mean %v, peak %v", mean, peak)
	}
	for _, looks := range [][]look{{w.looks[0]}, {w.looks[1]}, {w.looks[1], w.looks[1]}, w.looks[:3]} {
		one := &Watch{looks: looks}
		if mean, peak := one.rates(own); mean != 0 || peak != 0 {
			t.Errorf("%d looks: mean %v, peak %v", len(looks), mean, peak)
		}
	}
}
