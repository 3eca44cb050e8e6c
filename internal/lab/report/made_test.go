package report

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/record"
)

var when = time.Date(2026, 7, 1, 20, 0, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// settings of a made-up machine.
func settings(gogc string) lab.Settings {
	return lab.Settings{
		Version: "v1.2.0", Commit: "0123456789ab", Go: "go1.26.0",
		Host:       map[string]string{"kernel": "6.1.0-18-amd64", "cpu": "A Processor @ 2.00GHz", "cpus": "2", "gomaxprocs": "2", "memory": "25165824 kB"},
		Sysctls:    map[string]string{"net.core.somaxconn": "4096", "net.ipv4.ip_local_port_range": "32768 60999", "net.ipv4.tcp_mem": "287592 383458 575184"},
		Limits:     map[string]string{"nofile": "20000/20000"},
		Env:        map[string]string{"GOGC": gogc},
		Server:     map[string]string{"version": "1.2.0", "processors": "2"},
		CannotTell: []string{"net.netfilter.nf_conntrack_max"},
	}
}

// begin begins a record in a folder of that name.
func begin(t testing.TB, name string, b lab.Begin) *record.Writer {
	t.Helper()
	b.When = when
	w, err := record.Create(filepath.Join(t.TempDir(), name), b)
	must(t, err)
	t.Cleanup(func() { w.Close() })
	return w
}

func read(t testing.TB, w *record.Writer) *record.Run {
	t.Helper()
	r, err := record.Read(w.Dir())
	must(t, err)
	return r
}

// latencies are n durations around a middle, in seconds, with a long tail.
func latencies(n int, middle float64) *lab.Histogram {
	h := lab.NewHistogram()
	for i := range n {
		share := (float64(i) + 0.5) / float64(n)
		h.Record(time.Duration(middle * math.Pow(share/(1-share), 0.6) * float64(time.Second)))
	}
	return h
}

// try is a step of a made-up server, which has a thousandth of a second for each 100
// users, and stops at most; fast is how much faster it is.
func try(number int, at float64, searched string, users, most int, fast float64) (lab.Step, *lab.Histogram) {
	s := lab.Step{Number: number, At: at, Took: 10, Search: searched, Users: users, AtOnce: max(4, users/16), OK: users <= most}
	h := latencies(200, float64(users)/1e5/fast)
	f := lab.Figures{"users": float64(min(users, most)), "errors": 0, "own": 0, "canary.max": 0.002 + float64(users)/4e4/fast,
		"server.cpu": float64(users) / 300 / fast, "server.memory": 30e6 + 2000*float64(users), "server.connections": float64(min(users, most)),
		"generator.cpu": float64(users) / 900, "generator.memory": 700 * float64(users), "generator.run-delay": 0.02}
	if searched == "http" {
		f.Histogram("http", h)
		f["http.timers.p99"], f["http.requests"], f["http.ok"] = 0.0004, float64(3*users), float64(3*min(users, most))
		delete(f, "users")
	} else {
		f.Histogram("latency", h)
		f.Histogram("enter", latencies(50, float64(users)/5e4))
		f.Histogram("complete", latencies(40, float64(users)/2e4/fast))
		f["lateness.p99"], f["timers.p99"], f["deliveries"] = 0.0003, 0.0009, float64(40*users)
	}
	if !s.OK {
		f["errors"], f["errors.refused"], f["errors.missing"] = float64(users-most), float64(users-most-2), 2
		s.Failed = []string{fmt.Sprintf("errors=0: %d", users-most)}
		s.Limit = &lab.Limit{Of: "server", What: "descriptors", Text: "It has no descriptor left for who comes.",
			Evidence: []string{"process_open_fds 1,024 of 1,024", "ListenOverflows rose by 17"}, Remedy: "ulimit -n 65536"}
	}
	s.Figures = f
	return s, h
}

// bound is a record of a search that ends at most users, or goes on (nil) where most is 0.
func bound(t testing.TB, name, gogc string, most int, fast float64) *record.Run {
	t.Helper()
	w := begin(t, name, lab.Begin{Stage: "bound", Args: []string{"lab", "bound", "--server", "http://127.0.0.1:8888", "--out", name, "--max=4096"},
		Settings: settings(gogc), Expected: []string{"complete.p99<500ms", "errors=0", "canary.max<2s"}})
	at, number := 0.0, 0
	for _, searched := range []string{"http", "streams"} {
		last := 0
		for users := 256; users <= 4096; users *= 2 {
			number++
			s, h := try(number, at, searched, users, most, fast)
			for i := range 3 {
				second := lab.Figures{"users": float64(users), "deliveries": float64(4 * users), "errors": 0, "canary.max": s.Figures["canary.max"] * (1 + float64(i%3)/4), "server.memory": s.Figures["server.memory"]}
				if !s.OK && i == 1 {
					second["errors"], second["errors.refused"] = float64(users-most), float64(users-most)
				}
				for _, q := range []string{"p50", "p99", "max"} {
					kind := map[string]string{"http": "http", "streams": "latency"}[searched]
					second["latency."+q] = s.Figures[kind+"."+q] * (1 + float64(i%4)/10)
				}
				must(t, w.Second(lab.Second{At: at + 4*float64(i), Step: number, Figures: second}))
			}
			must(t, w.Step(s))
			must(t, w.Histogram(record.Tag(number, map[string]string{"http": "http", "streams": "latency"}[searched]), h, when, when.Add(10*time.Second)))
			at += 11
			if !s.OK {
				must(t, w.Finding(lab.Finding{Code: lab.Refused, When: when.Add(time.Duration(at) * time.Second), Who: "tcp/lab-1025", Text: "connecting: connection refused"}))
				must(t, w.Finding(lab.Finding{Code: lab.Missing, When: when.Add(time.Duration(at) * time.Second), Who: "sse/lab-7", Text: "event 4 came after event 2", Bytes: "data: {\"n\":4}\x1b[2J\n"}))
				must(t, w.Found(lab.Found{Search: searched, Users: last, AtOnce: max(4, last/16), Failing: users, Limit: s.Limit}))
				break
			}
			last = users
		}
	}
	must(t, w.Keep("step-6.metrics.txt", []byte("up 1\n")))
	must(t, w.End(lab.End{At: at, Failed: []string{"errors=0"}, Verdict: fmt.Sprintf("%d users were carried, and %d were not: the server had no descriptors left.", most, 2*most)}))
	return read(t, w)
}

// nodes is a record of stage 5.
func nodes(t testing.TB) *record.Run {
	t.Helper()
	w := begin(t, "nodes", lab.Begin{Stage: "nodes", Args: []string{"lab", "nodes", "--max", "4"}, Settings: settings("100")})
	for n, most := range []int{16000, 31000, 40000, 41000} {
		s, h := try(n+1, float64(20*n), "streams", most, most, 1)
		s.Nodes = n + 1
		must(t, w.Step(s))
		must(t, w.Histogram(record.Tag(n+1, "latency"), h, when, when.Add(time.Second)))
		must(t, w.Found(lab.Found{Search: "streams", Nodes: n + 1, Users: most, AtOnce: 64, Failing: []int{18000, 33000, 42000, 0}[n]}))
	}
	must(t, w.End(lab.End{At: 90, Verdict: "Adding nodes stops helping at 3."}))
	return read(t, w)
}

// simulate is a record that was cut off, in its only step, of a lab that was late itself.
func simulate(t testing.TB) *record.Run {
	t.Helper()
	w := begin(t, "late", lab.Begin{Stage: "simulate", Args: []string{"lab", "simulate", "-n", "500"}, Settings: settings("100")})
	s, h := try(1, 0, "", 512, 512, 1)
	s.Figures["lateness.p99"] = 0.05
	s.Figures["own"], s.Figures["own.ports"] = 3, 3
	must(t, w.Finding(lab.Finding{Code: lab.NoPorts, When: when, Who: "tcp/lab-3", Text: "connecting: cannot assign requested address"}))
	must(t, w.Histogram("latency", h, when, when.Add(10*time.Second)))
	must(t, w.Step(s))
	return read(t, w)
}
