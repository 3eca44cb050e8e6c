package suspects

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"matchstream/internal/lab"
)

// well is a try in which nothing is near a limit, on one machine with two cores: what
// failed in it is said by the figures that a test adds.
func well() Evidence {
	expected, err := lab.ParseExpected("complete.p99<500ms, errors=0, canary.max<2s, http.p99<100ms")
	if err != nil {
		panic(err)
	}
	return Evidence{
		Expected: expected,
		Figures: lab.Figures{"users": 1000, "complete.p99": 0.1, "complete.mean": 0.05, "canary.max": 0.2, "http.p99": 0.02,
			"lateness.p99": 0.001, "lateness.max": 0.002, "timers.max": 0.002, "timers.p99": 0.001, "timers.operator.max": 0.001,
			"canary.http.max": 0.02, "canary.http.least.max": 0.02, "canary.enter.max": 0.1, "canary.enter.least.max": 0.1, "canary.event.max": 0.2, "canary.event.least.max": 0.2, "timers.canary.max": 0.004, "timers.canary.p99": 0.001, "http.timers.p99": 0.001, "http.timers.max": 0.002},
		Users: 1000, Patience: 10, Events: 20, Play: 5, Same: true,
		Generator: Generator{CPU: 0.3, Cores: 2},
		Host:      &Host{Cores: 2, Busy: 0.9, Peak: 1.2, Memory: 16e9, MemoryFree: 12e9, TCPPages: 100, MostTCPPages: 400_000, Conntrack: 10, MostConntrack: 65536},
		Servers: []*Server{{Name: "lab1", From: "metrics", Canary: true, CPU: 0.5, Peak: 0.8, Processors: 2, Memory: 200e6, Descriptors: 1100, MostDescriptors: 20000,
			Watchers: 1000, Fit: 19348, Kept: 652, Refused: map[string]float64{"full": 0}, Append: 0.002}},
	}
}

func (e Evidence) with(f lab.Figures) Evidence {
	maps.Copy(e.Figures, f)
	maps.DeleteFunc(e.Figures, func(_ string, v float64) bool { return v == unmeasured })
	return e
}

var late = lab.Figures{"complete.p99": 0.8, "complete.mean": 0.6}

// refused are the figures of a try in which users were refused, and nothing else failed:
// an event that not all have is not measured, not late.
var refused = lab.Figures{"users": 961, "errors": 39, "errors.answered": 39, "incomplete": 20, "complete.p99": unmeasured}

const unmeasured = -1

// second adds a node, of which nothing is near a limit; it has no canary.
func second(e *Evidence) *Server {
	s := &Server{Name: fmt.Sprintf("lab%d", len(e.Servers)+1), CPU: 0.1, Peak: 0.2, Processors: 2, Memory: 200e6, Descriptors: 900, MostDescriptors: 20000,
		Watchers: 900, Fit: 16850, Kept: 3150, Refused: map[string]float64{"full": 0}}
	e.Servers = append(e.Servers, s)
	return s
}

var judged = []struct {
	name     string
	make     func(e *Evidence)
	figures  lab.Figures
	of, what string
	text     string // what the sentence or the remedy says
}{
	{"no ports left", func(*Evidence) {}, lab.Figures{"own": 7, "own.ports": 7, "users": 993}, "generator", "ports", "no port left to call from, 7 times"},
	{"no descriptors left", func(*Evidence) {}, lab.Figures{"own.descriptors": 7}, "generator", "descriptors", "ulimit -n"},
	{"no memory left", func(*Evidence) {}, lab.Figures{"own.memory": 7}, "generator", "memory", "no memory left"},
	{"another failure", func(*Evidence) {}, lab.Figures{"own.failure": 1}, "generator", "failure", "findings"},
	{"a starved generator", func(e *Evidence) { e.Host.Busy, e.Generator.CPU = 2, 1.6 }, lab.Figures{"complete.p99": 0.8, "lateness.max": 0.5},
		"generator", "late", "complete.p99 was 800ms, and may have been 299ms without that. The CPU of its machine was full: of its 2 cores the server took 0.50, the lab 1.60, others 0.00. Nothing was learnt about the server."},
	{"a late operator", func(*Evidence) {}, lab.Figures{"complete.p99": 0.8, "timers.operator.max": 0.5}, "generator", "late", "by up to 500ms"},
	{"late requests", func(*Evidence) {}, lab.Figures{"http.p99": 0.15, "http.timers.p99": 0.12, "http.timers.max": 0.2}, "generator", "late", "http.p99 was 150ms"},
	{"a late canary", func(*Evidence) {}, lab.Figures{"canary.max": 3, "canary.enter.max": 3, "canary.enter.least.max": 0.1, "timers.canary.max": 2.9}, "generator", "late", "canary.max was 3s"},
	{"a canary that was late at another time", func(*Evidence) {}, lab.Figures{"canary.max": 3, "canary.enter.max": 3, "canary.enter.least.max": 2.99, "timers.canary.max": 2.9}, "unknown", "unknown", "Nothing that the lab looks at was full"},
	{"a late operator's event, to the canary", func(*Evidence) {}, lab.Figures{"canary.max": 3, "canary.event.max": 3, "canary.event.least.max": 3, "timers.operator.max": 2.9}, "generator", "late", "canary.max was 3s"},
	{"a lab that is late because of the server", func(e *Evidence) { e.Host.Busy, e.Servers[0].CPU, e.Generator.CPU = 2, 1.9, 0.1 },
		lab.Figures{"complete.p99": 0.8, "complete.mean": 0.6, "lateness.max": 0.5}, "host", "cpu", "the server took 1.90, the lab 0.10"},
	{"a lab that is late on a full host, with a server that cannot be seen", func(e *Evidence) { e.Host.Busy, e.Servers = 2, nil },
		lab.Figures{"complete.p99": 0.8, "complete.mean": 0.6, "lateness.max": 0.5}, "generator", "late", "complete.p99 was 800ms"},
	{"a lab that fills the host", func(e *Evidence) { e.Host.Busy, e.Servers[0].CPU, e.Generator.CPU = 2, 0.2, 1.8 }, late, "generator", "cpu", "the server took 0.20, the lab 1.80"},
	{"a lab that waits for a core", func(e *Evidence) { e.Same, e.Generator.Delay = false, 1.5 }, late, "generator", "cpu", "waited for a core, 1.50 s a second"},
	{"a host that was full while they came", func(e *Evidence) {
		e.Host.Peak, e.Servers[0].CPU = 1.95, 0.6
		e.Expected, _ = lab.ParseExpected("enter.p99<1s")
	},
		lab.Figures{"enter.p99": 1.5}, "host", "cpu", "full in the busiest second (1.95 cores)"},
	{"a server that was full while they came", func(e *Evidence) {
		e.Same, e.Servers[0].Peak = false, 1.95
		e.Expected, _ = lab.ParseExpected("enter.p99<1s")
	},
		lab.Figures{"enter.p99": 1.5}, "server", "cpu", "1.95 in the busiest second"},
	{"a server that is busy with requests, too", func(e *Evidence) { e.Events, e.Play = 5, 6 }, lab.Figures{"complete.p99": 0.8, "complete.mean": 0.6, "http.requests": 3000}, "unknown", "unknown", "Nothing that the lab looks at was full"},
	{"a slow disk, and a busy host", func(e *Evidence) { e.Servers[0].Append, e.Host.Busy = 0.6, 1.9 }, late, "server", "disk", "600 ms to sync"},
	{"doubled frames, and answers too late for a lab that stood still", func(*Evidence) {}, lab.Figures{"timers.max": 6, "errors": 18, "errors.doubled": 9, "errors.timed-out": 9, "http.errors.timed-out": 9}, "unknown", "unknown", "Nothing"},
	{"a full queue, and late events", func(e *Evidence) { e.Host.Overflows = 30 }, lab.Figures{"canary.max": 3, "canary.event.max": 3, "canary.event.least.max": 3}, "unknown", "unknown", "Nothing"},
	{"a kernel without memory, and an event too few", func(e *Evidence) { e.Host.NoMemory = 3; e.Expected, _ = lab.ParseExpected("deliveries=20") }, lab.Figures{"deliveries": 19}, "unknown", "unknown", "Nothing"},
	{"a generator that stood still", func(*Evidence) {}, lab.Figures{"timers.max": 6, "errors": 9, "errors.timed-out": 9}, "generator", "late", "by up to 6s"},
	{"a late lab that does not explain what is wrong", func(*Evidence) {}, lab.Figures{"timers.max": 6, "errors": 9, "errors.doubled": 9}, "unknown", "unknown", "Nothing that the lab looks at was full"},
	{"a late lab that does not explain all that is late", func(e *Evidence) { e.Host.Busy, e.Servers[0].CPU = 1.95, 1.5 },
		lab.Figures{"complete.p99": 0.8, "complete.mean": 0.6, "lateness.max": 0.1}, "host", "cpu", "the server took 1.50, the lab 0.30, others 0.15"},
	{"a server that has died", func(e *Evidence) { e.Servers[0].Restarted = true }, lab.Figures{"errors": 9, "errors.cut-off": 9}, "server", "restarted", "started anew"},
	{"--max-connections", func(e *Evidence) { e.Servers[0].Fit, e.Servers[0].Refused["full"] = 500, 500 }, lab.Figures{"users": 500, "errors": 500, "errors.answered": 500},
		"server", "refused", "500 as full (it takes 500 watchers, up to two of them the canary)"},
	{"--max-connections-per-ip", func(e *Evidence) { e.Servers[0].Refused["full_for_address"] = 500 }, lab.Figures{"users": 500, "errors": 500, "errors.refused": 500},
		"server", "refused", "--max-connections-per-ip"},
	{"full for want of descriptors", func(e *Evidence) { e.Servers[0].Refused["full"] = 500 }, lab.Figures{"users": 500, "errors": 500, "errors.answered": 500},
		"server", "descriptors", "of its 20000 descriptors 19348 are for watchers"},
	{"starved of descriptors", func(e *Evidence) { e.Servers[0].Starved = 3 }, lab.Figures{"errors": 5, "errors.timed-out": 5}, "server", "descriptors", "LimitNOFILE"},
	{"another server's descriptors", func(e *Evidence) { e.Servers[0].Descriptors, e.Servers[0].Fit = 20000, 0 }, lab.Figures{"errors": 5, "errors.refused": 5}, "server", "descriptors", "20000 descriptors, of at most 20000"},
	{"the memory of TCP", func(e *Evidence) { e.Host.NoMemory = 3 }, lab.Figures{"errors": 3, "errors.cut-off": 3}, "host", "tcp-memory", "tcp_mem"},
	{"the firewall's table", func(e *Evidence) { e.Host.Conntrack = 65500 }, lab.Figures{"errors": 3, "errors.timed-out": 3}, "host", "conntrack", "nf_conntrack_max"},
	{"a queue of connections", func(e *Evidence) { e.Host.Overflows, e.Host.Drops = 30, 31 }, lab.Figures{"canary.max": 3, "canary.enter.max": 3, "canary.enter.least.max": 3}, "server", "backlog", "somaxconn"},
	{"no memory on the host", func(e *Evidence) { e.Host.MemoryFree = 0.1e9 }, late, "host", "memory", "100 MB available of 16.0 GB"},
	{"a neighbour", func(e *Evidence) { e.Host.Steal = 0.6 }, late, "host", "steal", "0.60 of 2 cores"},
	{"a full host", func(e *Evidence) { e.Host.Busy, e.Servers[0].CPU, e.Generator.CPU = 1.98, 1.1, 0.8 }, late,
		"host", "cpu", "The host's CPU was full: of its 2 cores the server took 1.10, the lab 0.80, others 0.08. The lab shares the machine with the server, which alone may carry more."},
	{"a host that others fill", func(e *Evidence) { e.Host.Busy = 1.98 }, late, "host", "cpu", "does nothing else"},
	{"a host that is full in bursts", func(e *Evidence) { e.Events, e.Play = 5, 6 }, late, "host", "cpu", "while events were on their way"},
	{"a full server on another machine", func(e *Evidence) { e.Same, e.Servers[0].CPU = false, 1.95 }, late, "server", "cpu", "1.95 of the 2 processors"},
	{"a server that may use one core of two", func(e *Evidence) { e.Servers[0].CPU, e.Servers[0].Processors = 0.99, 1 }, late, "server", "cpu", "GOMAXPROCS"},
	{"a full lab on another machine", func(e *Evidence) { e.Same, e.Host.Busy, e.Generator.CPU = false, 1.95, 1.9 }, late, "generator", "cpu", "Nothing was learnt"},
	{"a server's memory", func(e *Evidence) { e.Servers[0].MemoryLimit = 205e6 }, late, "server", "memory", "200 MB of 205 MB"},
	{"a slow disk", func(e *Evidence) { e.Servers[0].Append = 0.6 }, late, "server", "disk", "600 ms to sync"},
	{"a full host, which refuses nobody", func(e *Evidence) { e.Host.Busy, e.Servers[0].CPU = 2, 1.9 }, lab.Figures{"errors": 9, "errors.refused": 9}, "unknown", "unknown", "Nothing that the lab looks at was full"},
	{"a full host, which makes people wait", func(e *Evidence) { e.Host.Busy, e.Servers[0].CPU = 2, 1.6 }, lab.Figures{"errors": 9, "errors.timed-out": 9}, "host", "cpu", "the server took 1.60"},
	{"a second node that was full, on a full machine", func(e *Evidence) {
		second(e).Refused["full"] = 39
		e.Host.Busy, e.Servers[0].CPU, e.Generator.CPU = 1.96, 0.63, 0.78
	}, refused, "server", "descriptors", "lab2 was full: of its 20000 descriptors 16850 are for watchers."},
	{"a second node with --max-connections", func(e *Evidence) {
		s := second(e)
		s.Fit, s.Before, s.Refused["full"] = 500, 3, 39
	}, refused, "server", "refused", "lab2 has turned away who came: 39 as full (it takes 500 watchers, 3 there before the lab)."},
	{"two nodes that were full", func(e *Evidence) { second(e).Refused["full"], e.Servers[0].Refused["full"] = 39, 2 }, refused,
		"server", "descriptors", "lab1 was full: of its 20000 descriptors 19348 are for watchers, up to two of them the canary. lab2 was full: "},
	{"refusals on a full machine, by a server that cannot be seen", func(e *Evidence) { e.Host.Busy, e.Generator.CPU, e.Servers = 1.96, 1.5, nil }, refused,
		"unknown", "unknown", "Nothing is known of the server itself"},
	{"refusals on a full machine, by a second node that cannot be seen", func(e *Evidence) { e.Host.Busy, e.Generator.CPU, e.Unseen = 1.96, 1.5, 1 }, refused,
		"unknown", "unknown", "Nothing is known of some of the servers"},
	{"refusals by a lab's machine that was full", func(e *Evidence) { e.Same, e.Host.Busy, e.Generator.CPU = false, 1.96, 1.9 }, refused, "unknown", "unknown", "Nothing that the lab looks at"},
	{"three nodes that fill the host", func(e *Evidence) {
		second(e).CPU = 0.5
		second(e).CPU = 0.4
		e.Host.Busy, e.Generator.CPU = 2, 0.6
	}, late, "host", "cpu", "of its 2 cores the servers took 1.40, the lab 0.60, others 0.00. The lab shares the machine with the servers"},
	{"a lab that took more than all nodes", func(e *Evidence) {
		second(e).CPU = 0.2
		e.Host.Busy, e.Generator.CPU = 2, 0.9
	}, late, "generator", "cpu", "the lab took more of it than the servers: of its 2 cores the servers took 0.70, the lab 0.90, others 0.40"},
	{"a node elsewhere, and a lab that fills this machine", func(e *Evidence) {
		s := second(e)
		s.CPU, s.Elsewhere = 1.5, true
		e.Host.Busy, e.Generator.CPU = 2, 0.9
	}, late, "generator", "cpu", "the servers took 0.50, the lab 0.90, others 0.60"},
	{"nodes of which one cannot be seen, and a full machine", func(e *Evidence) { e.Host.Busy, e.Generator.CPU, e.Unseen = 2, 0.9, 1 }, late,
		"host", "cpu", "of its 2 cores the lab 0.90, the servers and others 1.10"},
	{"a second node that has died", func(e *Evidence) { second(e).Restarted = true }, lab.Figures{"errors": 9, "errors.cut-off": 9}, "server", "restarted", "lab2 has started anew"},
	{"a second node's processor", func(e *Evidence) {
		s := second(e)
		s.CPU, s.Processors = 0.99, 1
	}, late, "server", "cpu", "lab2's CPU was full"},
	{"a second node's memory", func(e *Evidence) { second(e).MemoryLimit = 205e6 }, late, "server", "memory", "lab2's memory was at its limit"},
	{"nothing that can be seen", func(*Evidence) {}, lab.Figures{"errors": 2, "errors.doubled": 2}, "unknown", "unknown", "compare the profiles"},
	{"a server that cannot be seen", func(e *Evidence) { e.Servers = nil }, late, "unknown", "unknown", "--admin URL"},
	{"neither", func(e *Evidence) { e.Servers, e.Host = nil, nil }, late, "unknown", "unknown", "--pid"},
}

func TestJudge(t *testing.T) {
	for _, c := range judged {
		t.Run(c.name, func(t *testing.T) {
			e := well()
			c.make(&e)
			l := Judge(e.with(c.figures))
			if l.Of != c.of || l.What != c.what || !strings.Contains(l.Text+"\n"+l.Remedy, c.text) {
				t.Errorf("%s/%s: %s\n%s\nexpected %s/%s: %s", l.Of, l.What, l.Text, l.Remedy, c.of, c.what, c.text)
			}
			if learnt := l.Of != "generator"; learnt == strings.Contains(l.Text, "Nothing was learnt") {
				t.Errorf("what was learnt is not said as it is: %s", l.Text)
			}
			if l.Remedy == "" || len(l.Evidence) < 2 {
				t.Errorf("no remedy, or no evidence: %+v", l)
			}
		})
	}
}

// A right server is never blamed: whatever of the lab's own explains what failed comes
// first, though the server was busy, too.
func TestLabFirst(t *testing.T) {
	for _, c := range judged {
		e := well()
		c.make(&e)
		e.with(c.figures)
		e.with(lab.Figures{"own": 1, "own.ports": 1})
		if l := Judge(e); l.Of != "generator" {
			t.Errorf("%s: blamed %s/%s, though the lab had no ports", c.name, l.Of, l.What)
		}
	}
	for _, c := range judged {
		e := well()
		c.make(&e)
		e.Expected = well().Expected
		e.with(late).with(lab.Figures{"lateness.max": 0.4})
		if trial := newTrial(e); trial.lateByServer() {
			if l := Judge(e); l.Of == "generator" && l.What == "late" {
				t.Errorf("%s: the lab is blamed for being late, though the server took most of the machine", c.name)
			}
			continue
		}
		if l := Judge(e); l.Of != "generator" {
			t.Errorf("%s: blamed %s/%s, though the lab's own lateness explains it", c.name, l.Of, l.What)
		}
	}
}

func TestEvidenceIsWhole(t *testing.T) {
	e := well()
	e.CannotTell = []string{"the firewall's table: permission denied"}
	e.Servers[0].Refused["full"], e.Servers[0].Unread, e.Host.Drops, e.Generator.Delay = 7, 2, 9, 0.4
	text := strings.Join(Judge(e.with(late)).Evidence, "\n")
	for _, want := range []string{"not as expected: complete.p99<500ms: 800ms", "lab: 0.30 cores of 2, readers late by 1ms (p99)", "its threads waited 0.40 s a second for a core",
		"host: 0.90 of 2 cores busy (1.20 in the busiest second)", "9 connections dropped there", "server: 0.50 cores (0.80 in the busiest second) of 2, 200 MB resident, 1100 descriptors of 20000",
		"turned away as full: 7", "nothing could be read from metrics, 2 times", "cannot tell: the firewall's table"} {
		if !strings.Contains(text, want) {
			t.Errorf("expected %q in\n%s", want, text)
		}
	}
	f := lab.Figures{}
	e.Put(f)
	if f["server.cpu"] != 2.5 || f["host.cores"] != 0.9 || f["server.watchers"] != 1000 {
		t.Errorf("%v", f)
	}
}

// Of each node there is one line, with its name; of figures sums, and what the fullest had.
func TestEvidenceOfSeveral(t *testing.T) {
	e := well()
	s := second(&e)
	s.Refused["full"], s.Unread, s.From, s.Memory = 7, 2, "metrics", 300e6
	var told []string
	for _, line := range Judge(e.with(late)).Evidence {
		if strings.HasPrefix(line, "lab1: ") || strings.HasPrefix(line, "lab2: ") {
			told = append(told, line)
		}
	}
	if len(told) != 2 || !strings.Contains(told[0], "0.50 cores (0.80 in the busiest second) of 2, 200 MB resident, 1100 descriptors of 20000, 1000 watchers") ||
		!strings.Contains(told[1], "900 descriptors of 20000, 900 watchers, 7 turned away as full; nothing could be read from metrics, 2 times") {
		t.Errorf("%q", told)
	}
	f := lab.Figures{}
	e.Put(f)
	if f["server.cores"] != 0.6 || f["server.cpu"] != 3 || f["server.watchers"] != 1900 || f["server.memory"] != 300e6 || f["server.descriptors"] != 1100 {
		t.Errorf("%v", f)
	}
	f, e.Unseen = lab.Figures{}, 1
	e.Put(f)
	if _, summed := f["server.cores"]; summed || f["server.memory"] != 300e6 {
		t.Errorf("sums of some only: %v", f)
	}
}
