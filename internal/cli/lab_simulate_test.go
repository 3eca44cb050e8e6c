package cli

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
	"matchstream/internal/lab/operator"
	"matchstream/internal/lab/record"
)

// faultyServer DEED starts a server that does something wrong with the third event of
// each match, or nothing at all, until the script ends: its address is in $FAULTY.
func faultyServer(ts *testscript.TestScript, _ bool, args []string) {
	fault := faulty.Fault{}
	if args[0] != "nothing" {
		fault = faulty.Fault{Do: faulty.Deed(args[0]), Event: 3}
	}
	s, err := faulty.Start(fault)
	ts.Check(err)
	ts.Defer(s.Close)
	ts.Setenv("FAULTY", s.URL())
}

func TestParseVia(t *testing.T) {
	for text, want := range map[string][]lab.Share{
		"tcp:70,sse:20,ws:10": {{Via: lab.TCP, Weight: 70}, {Via: lab.SSE, Weight: 20}, {Via: lab.WebSocket, Weight: 10}},
		"ws":                  {{Via: lab.WebSocket, Weight: 1}},
		"tcp:0, sse":          {{Via: lab.SSE, Weight: 1}},
		"":                    nil, "udp": nil, "tcp:x": nil, "tcp:-1": nil, "tcp,tcp": nil, "tcp:0": nil, "tcp:": nil, "tcp:9999999": nil,
	} {
		got, err := parseVia(text)
		if !reflect.DeepEqual(got, want) || (want == nil) != (err != nil && strings.Contains(err.Error(), "expected")) {
			t.Errorf("%q: %v, %v; expected %v", text, got, err, want)
		}
	}
}

func TestParseShare(t *testing.T) {
	for text, want := range map[string]float64{"5%": 0.05, "0.05": 0.05, "100%": 1, "0": 0, "2.5%": 0.025} {
		if got, err := parseShare(text); got != want || err != nil {
			t.Errorf("%q: %v, %v; expected %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "%", "5", "101%", "-1%", "nan", "many"} {
		if got, err := parseShare(text); err == nil || !strings.Contains(err.Error(), "expected a share like 5%") {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestParseService(t *testing.T) {
	f, err := parseService([]byte("sse: http://a/sub/{match}\nmatch: news\nheaders: ['X-A: {i}']\npublish:\n  url: http://a/pub/{match}\n  body: '{mark}{pad}'\n"))
	want := &serviceFile{SSE: "http://a/sub/{match}", Match: "news", Headers: []string{"X-A: {i}"}, Publish: &publishFile{URL: "http://a/pub/{match}", Body: "{mark}{pad}"}}
	if err != nil || !reflect.DeepEqual(f, want) {
		t.Errorf("%+v, %v; expected %+v", f, err, want)
	}
	for text, want := range map[string]string{
		"": "expected one of lines, sse and ws, got 0", "sse: http://a\nws: ws://a": "got 2", "sse: http://a\nhello: x": "hello with lines only",
		"see: http://a": "expected keys lines, hello", "- 1": "expected keys lines", "lines: !a:1]\nhello: x": "no valid YAML", "\"": "expected keys lines",
	} {
		if _, err := parseService([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, expected %s", text, err, want)
		}
	}
}

// A service's address becomes what a plan needs of it.
func TestServiceInPlan(t *testing.T) {
	for _, c := range []struct {
		flags  simulateService
		server string
		path   string
		lines  string
	}{
		{simulateService{SSE: "HTTP://a:1/sub/{match}?x={i}#top"}, "http://a:1", "/sub/{match}?x={i}", ""},
		{simulateService{WS: "ws://a"}, "http://a", "/", ""},
		{simulateService{WS: "ws://a?x"}, "http://a", "/?x", ""},
		{simulateService{Lines: []string{"a:1"}, Hello: `JOIN "me"\n`}, "", "", "a:1"},
	} {
		p := lab.Plan{Match: "news"}
		if err := c.flags.into(&p); err != nil || p.Match != "news" || p.Server != c.server || p.Service.Path != c.path || strings.Join(p.Lines, "") != c.lines || p.API {
			t.Errorf("%+v: %+v, %v", c.flags, p, err)
		}
		if c.flags.Hello != "" && p.Service.Hello != "JOIN \"me\"\n" {
			t.Errorf("%q is sent", p.Service.Hello)
		}
	}
	for want, flags := range map[string]simulateService{
		"like http://host/path, without TLS and without a name and a password, got \"ws://a\"": {SSE: "ws://a"},
		"like ws://host/path, without TLS and without a name and a password, got \"http://a\"": {WS: "http://a"},
		"got \"https://a\"":                     {SSE: "https://a"},
		"got \"wss://a\"":                       {WS: "wss://a"},
		"got \"http://me:secret@a\"":            {SSE: "http://me:secret@a"},
		"{match}: expected --match":             {SSE: "http://a/{match}"},
		"--lines, --sse and --ws: expected one": {WS: "ws://a", SSE: "http://a"},
		"given together with --lines":           {Hello: "x"},
		"expected text in which a backslash":    {Lines: []string{"a:1"}, Hello: `\q`},
		"either the file, or --lines":           {Service: "f", SSE: "http://a"},
		"--service: open none":                  {Service: "none"},
	} {
		if err := flags.into(&lab.Plan{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, expected %s", flags, err, want)
		}
	}
}

func FuzzSimulateFlags(f *testing.F) {
	f.Add("tcp:70,sse:20", "5%", `JOIN\n"x"`, "lines: [a:1]\nhello: x")
	f.Add("ws", "0.1", "", "lines: !a:1]\nhello: x")
	f.Fuzz(func(t *testing.T, via, share, hello, service string) {
		if all, err := parseVia(via); err == nil && len(all) == 0 {
			t.Error("neither an error nor a protocol")
		}
		if v, err := parseShare(share); err == nil && !(v >= 0 && v <= 1) {
			t.Errorf("%q is %v", share, v)
		}
		if !strings.ContainsAny(hello, "\\\"\n") {
			if got, err := unescape(hello); err == nil && got != hello {
				t.Errorf("%q became %q", hello, got)
			}
		}
		if s, err := parseService([]byte(service)); err == nil {
			(&simulateService{Lines: s.Lines, SSE: s.SSE, WS: s.WS, Hello: hello}).into(&lab.Plan{}) //nolint:errcheck // it is not to panic
		}
	})
}

// seen is what a crowd of ten has met.
func seen(change func(*lab.Tally)) *lab.Tally {
	t := lab.NewTally()
	t.Asked, t.Been, t.Events = 10, 10, 100
	for range 100 {
		t.Latency.Record(10 * time.Millisecond)
		t.Generator.Lateness.Record(100 * time.Microsecond)
	}
	t.Generator.Wall, t.Generator.Processes = 10*time.Second, 1
	if change != nil {
		change(t)
	}
	return t
}

// What was read, and what came between.
func TestSimulateRead(t *testing.T) {
	for want, change := range map[string]func(*lab.Tally){
		"100 events in 0 frames, 0 bytes":                  nil,
		"; 1,234 requests made again, on a new connection": func(t *lab.Tally) { t.Repeated = 1234 },
		"; 5 resumed where they were":                      func(t *lab.Tally) { t.Resumes = 5 },
		"; 6 statuses between events":                      func(t *lab.Tally) { t.Moved = 6 },
		"; 7 times one who reads slowly was cut":           func(t *lab.Tally) { t.Outpaced = 7 },
	} {
		if got := readText(seen(change)); !strings.Contains(got, want) || change == nil && got != want {
			t.Errorf("%q has no %q", got, want)
		}
	}
}

// What decides is the server's fault or the lab's, and the lab is looked at first.
func TestSimulateVerdict(t *testing.T) {
	late := func(t *lab.Tally) {
		for range 100 {
			t.Generator.Lateness.Record(8 * time.Millisecond)
		}
	}
	for _, c := range []struct {
		name    string
		change  func(*lab.Tally)
		expect  string
		behind  int
		cut     bool // interrupted
		ok      bool
		learnt  bool
		verdict string
	}{
		{"well", nil, "latency.p99<20ms", 0, false, true, true, "All went as a user expects."},
		{"wrong", func(t *lab.Tally) { t.Errors[lab.CutOff] = 1200 }, "", 0, false, false, true, "Not as a user expects: 1,200 cut-off."},
		{"wrong, and too slow", func(t *lab.Tally) { t.Errors[lab.CutOff] = 1 }, "latency.max<1ms", 0, false, false, true, "Not as a user expects: 1 cut-off. Nor does this hold: latency.max<1ms: 10"},
		{"wrong as allowed", func(t *lab.Tally) { t.Errors[lab.CutOff] = 2 }, "errors<3", 0, false, true, true, "As expected, with what went wrong: 2 cut-off."},
		{"more wrong than allowed", func(t *lab.Tally) { t.Errors[lab.CutOff] = 3 }, "errors<3", 0, false, false, true, "Not as expected: errors<3: 3."},
		{"too slow", nil, "latency.p99<1ms", 0, false, false, true, "Not as expected: latency.p99<1ms: 10"},
		{"the lab too slow", late, "latency.p99<1ms", 0, false, false, false, "Nothing was learnt about the server: latency.p99<1ms: 10ms; but the lab itself was slow: it was late itself"},
		{"the lab late, without harm", late, "latency.p99<20ms", 0, false, true, true, "All went as a user expects."},
		{"too few, and the lab late", late, "users=11", 0, false, false, true, "Not as expected: users=11: 10."},
		{"starved", func(t *lab.Tally) { t.Generator.RunDelay = 5 * time.Second }, "latency.p99<1ms", 0, false, false, false, "it had to wait for a processor for at least 50% of the time"},
		{"no ports", func(t *lab.Tally) { t.Own[lab.NoPorts] = 5 }, "users=11", 0, false, false, false, "Nothing was learnt about the server: the lab itself was in trouble: 5 own-ports. More ports: more addresses to call from (--source)"},
		{"both", func(t *lab.Tally) { t.Own[lab.NoPorts], t.Errors[lab.Refused] = 5, 6 }, "", 0, false, false, true, "Not as a user expects: 6 refused. The lab itself was in trouble, too, which may be the cause: 5 own-ports."},
		{"another thing allowed", func(t *lab.Tally) { t.Errors[lab.Missing] = 1000 }, "errors.cut-off=0", 0, false, false, true, "Not as a user expects: 1,000 missing."},
		{"just that allowed", func(t *lab.Tally) { t.Errors[lab.Missing] = 2 }, "errors.missing<3", 0, false, true, true, "As expected, with what went wrong: 2 missing."},
		{"timers late", func(t *lab.Tally) { t.Generator.Timers.Record(time.Second) }, "latency.p99<1ms", 0, false, false, false, "its timers were late, one in a hundred times by 1"},
		{"some not told", nil, "", 3, false, false, true, "Not as expected: 3 users were not told the end of the match."},
		{"interrupted", nil, "", 0, true, false, true, "Interrupted. Until then all went as a user expects."},
		{"interrupted, and wrong", func(t *lab.Tally) { t.Errors[lab.CutOff] = 1 }, "", 0, true, false, true, "Not as a user expects: 1 cut-off. It was interrupted."},
	} {
		var expected []lab.Expected
		if c.expect != "" {
			var err error
			if expected, err = lab.ParseExpected(c.expect); err != nil {
				t.Fatal(err)
			}
		}
		r := (&simulation{behind: c.behind}).judge(seen(c.change), expected, c.cut)
		if r.OK != c.ok || r.Learnt != c.learnt || !strings.Contains(r.Verdict, c.verdict) {
			t.Errorf("%s: ok %v, learnt %v: %s", c.name, r.OK, r.Learnt, r.Verdict)
		}
		for line := range strings.Lines(r.text()) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > textWidth {
				t.Errorf("%s: a line of %d columns: %s", c.name, n, line)
			}
		}
	}
}

// A match that has ended, while nothing comes to those who are still there, is over for
// them, too, after a while.
func TestOverForOthers(t *testing.T) {
	tally := func(ended, ready int) *lab.Tally {
		t := lab.NewTally()
		t.Ended, t.Ready = ended, ready
		return t
	}
	s := &simulation{before: tally(0, 10)}
	if s.overForOthers(tally(0, 10)) || s.overForOthers(tally(7, 3)) {
		t.Error("it has only just ended")
	}
	s.before = tally(7, 3)
	s.ended = time.Now().Add(-2 * afterEnd)
	if !s.overForOthers(tally(7, 3)) {
		t.Error("3 wait for ever")
	}
	for range 2 {
		if s.overForOthers(tally(8, 2)) {
			t.Error("something has come just now")
		}
	}
	s.before, s.ended = tally(0, 10), time.Now().Add(-2*afterEnd)
	if s.overForOthers(tally(0, 10)) {
		t.Error("a match in which nothing happens has not ended")
	}
	read := tally(7, 3) // by one who reads a little at a time
	read.Bytes = 100
	s.before, s.ended = tally(7, 3), time.Now().Add(-2*afterEnd)
	if s.overForOthers(read) {
		t.Error("something was read just now")
	}
	s.before = tally(0, 10)
	s.over, s.ended = true, time.Now().Add(-2*afterEnd)
	if !s.overForOthers(tally(0, 10)) {
		t.Error("it was ended, but nobody was told")
	}
}

// Each kind of trouble is told once, with an example, when it is first seen.
func TestSimulateAlarms(t *testing.T) {
	var b strings.Builder
	s := &simulation{line: newSimulateLine(&b), told: map[string]int64{}}
	now := seen(nil)
	for n := range int64(3) {
		now.Errors[lab.CutOff] = n
		now.Find(lab.Finding{Code: lab.CutOff, Who: "tcp/lab-7", Text: "clo\x1b[2Jsed"})
		if n == 2 {
			now.Own[lab.NoPorts] = 1
		}
		s.alarms(now)
	}
	if got := b.String(); got != "alarm: cut-off: tcp/lab-7: clo [2Jsed\nalarm: own-ports\n" {
		t.Errorf("%q", got)
	}
}

// In a file there is a line now and then, and for each phase.
func TestSimulateLine(t *testing.T) {
	var b strings.Builder
	now := time.Unix(0, 0)
	l := newSimulateLine(&b)
	l.now = func() time.Time { return now }
	for i := range 40 {
		now = now.Add(time.Second)
		l.show(map[bool]string{true: "coming", false: "watching"}[i < 5], "n")
	}
	l.tell("alarm")
	l.done()
	if got := b.String(); got != "coming: n\nwatching: n\nwatching: n\nalarm\n" {
		t.Errorf("%q", got)
	}
}

// An operator who is late himself, or in trouble, is seen; so is what the server has
// refused him.
func TestSimulateOperator(t *testing.T) {
	expected, err := lab.ParseExpected("latency.p99<1ms")
	if err != nil {
		t.Fatal(err)
	}
	played := func() *operator.Played {
		return &operator.Played{Timers: lab.NewHistogram(), Answer: lab.NewHistogram(), Errors: map[string]int64{}, Own: map[string]int64{}}
	}
	late := played()
	late.Timers.Record(time.Second)
	if r := (&simulation{played: late}).judge(seen(nil), expected, false); r.Learnt || !strings.Contains(r.Verdict, "its operator's timers were late") {
		t.Error(r.Verdict)
	}
	poor := played()
	poor.Own[lab.NoPorts] = 1
	if r := (&simulation{played: poor}).judge(seen(nil), nil, false); r.Learnt || r.Own[lab.NoPorts] != 1 {
		t.Error(r.Verdict)
	}
	refused := played()
	refused.Errors["status-503"] = 2
	if r := (&simulation{played: refused}).judge(seen(nil), nil, false); r.OK || r.Verdict != "Not as a user expects: 2 operator." {
		t.Error(r.Verdict)
	}
}

// What is found in several processes comes in another order each time; each is kept once.
func TestKeepsFindings(t *testing.T) {
	dir := t.TempDir() + "/kept"
	to, err := record.Create(dir, lab.Begin{Stage: "simulate", When: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	r := &simulateRecord{to: to, before: lab.NewTally(), since: time.Now(), kept: map[[3]string]bool{}}
	a, b := lab.Finding{Code: lab.CutOff, Who: "tcp/lab-1", When: time.Unix(1, 0)}, lab.Finding{Code: lab.CutOff, Who: "tcp/lab-9", When: time.Unix(1, 0)}
	r.findings(&lab.Tally{Findings: []lab.Finding{b}})
	r.findings(&lab.Tally{Findings: []lab.Finding{a, b}})
	if err := r.end(simulateResult{}); err != nil {
		t.Fatal(err)
	}
	run, err := record.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Findings) != 2 || run.Findings[1].Who != a.Who {
		t.Errorf("%+v", run.Findings)
	}
}

// A header that would break the requests of all users is one of the description.
func TestServiceHeaders(t *testing.T) {
	for _, header := range []string{"X-A", ": b", "X A: b", "X-A: b\r\nX-B: c"} {
		if err := (&serviceFile{Headers: []string{header}}).filled(""); err == nil || !strings.Contains(err.Error(), "expected one line, Name: value") {
			t.Errorf("%q: %v", header, err)
		}
	}
	if err := (&serviceFile{Headers: []string{"X-A: {i}", "X-B:"}}).filled(""); err != nil {
		t.Error(err)
	}
}

// Users speak no TLS, which is said before a match is made.
func TestSimulateNoTLS(t *testing.T) {
	c := labSimulateCommand{Server: "https://127.0.0.1", Via: "tcp", N: 1, C: 1, Pause: time.Second, Patience: time.Second, Events: 1}
	if _, _, err := c.understand(); err == nil || !strings.Contains(err.Error(), "--server: expected a URL like http://") {
		t.Error(err)
	}
}
