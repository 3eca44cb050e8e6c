package crowd

import (
	"fmt"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/poll"
)

// sums are what the loop has counted.
type sums struct {
	tally   *lab.Tally
	found   map[string]int // findings by code
	due     []int64        // by mark: Unix µs, 0: nobody has seen it
	ids     []uint32       // by mark: the event's id
	seen    []bool         // by mark: its arrivals have times
	top     []uint32       // by epoch: the highest event that somebody has
	heights []height       // what was the highest when, for as long as patience lasts
	settled []uint32       // by epoch: the highest that somebody has had for longer
	sampled int64          // reads that should have had a stamp of the kernel
	stamped int64          // those that had
	before  own            // what this process had used before
	coming  time.Duration  // of CPU, until all had settled; 0: they have not
}

func (s *sums) init() {
	s.tally, s.found = lab.NewTally(), map[string]int{}
	s.before = measure()
}

// note the mark of an event that was parsed for the first time.
func (s *sums) note(f frame) {
	n := f.mark.Number
	s.arrivals(n)
	s.due[n-1], s.ids[n-1] = f.mark.Due, f.id
}

// arrivals of a mark.
func (s *sums) arrivals(number int) *lab.Arrivals {
	for len(s.tally.Arrivals) < number {
		s.tally.Arrivals = append(s.tally.Arrivals, lab.Arrivals{})
		s.due, s.ids, s.seen = append(s.due, 0), append(s.ids, 0), append(s.seen, false)
	}
	return &s.tally.Arrivals[number-1]
}

// timed says whether a mark's arrivals had a time before now.
func (s *sums) timed(number int) bool {
	was := s.seen[number-1]
	s.seen[number-1] = true
	return was
}

// dueSince is how many of the first n marks were due since a time. One that nobody has
// seen was due when the one before it was, or later; where none was seen, all were.
func (s *sums) dueSince(wall int64, n int) (since int) {
	if len(s.due) == 0 {
		return n
	}
	due := int64(0)
	for i := range n {
		if i < len(s.due) {
			due = max(due, s.due[i])
		}
		if due >= wall {
			since++
		}
	}
	return since
}

// fail counts one error of the service.
func (l *loop) fail(w *watcher, code string, raw []byte, format string, args ...any) {
	l.failed(w, code, 1, raw, format, args...)
}

// shown is how much of what came stands in a finding.
const shown = 200

// failed counts n.
func (l *loop) failed(w *watcher, code string, n int64, raw []byte, format string, args ...any) {
	if w.does == stalls {
		return
	}
	l.sums.tally.Errors[code] += n
	if l.sums.found[code] == lab.FindingsKept {
		return
	}
	l.sums.found[code]++
	l.sums.tally.Find(lab.Finding{Code: code, When: time.Now(), Who: l.who(w), Text: fmt.Sprintf(format, args...), Bytes: string(raw[:min(len(raw), shown)])})
}

// own counts a failure of this machine.
func (l *loop) own(w *watcher, code, text string) {
	l.sums.tally.Own[code]++
	if w != nil {
		w.flags |= failedByUs
	}
	if l.sums.found[code] == lab.FindingsKept {
		return
	}
	l.sums.found[code]++
	f := lab.Finding{Code: code, When: time.Now(), Who: "lab", Text: text}
	if w != nil {
		f.Who = l.who(w)
	}
	l.sums.tally.Find(f)
}

// tally is a copy of how it stands.
func (l *loop) tally() *lab.Tally {
	t := lab.NewTally()
	t.Add(l.sums.tally)
	for code, n := range t.Errors {
		if n <= 0 { // all that was missing came late
			delete(t.Errors, code)
		}
	}
	findings := t.Findings[:0]
	for _, f := range t.Findings {
		if t.Errors[f.Code] > 0 || t.Own[f.Code] > 0 {
			findings = append(findings, f)
		}
	}
	t.Findings = findings
	t.Ready = l.count[watching] + l.count[ending]
	t.Away = l.count[away] + l.count[left]
	t.Ended = l.count[over]
	l.sums.generator(&t.Generator, time.Since(l.begun))
	if l.sums.sampled > 0 && l.sums.stamped == 0 {
		t.Generator.CannotTell = append(t.Generator.CannotTell, "lateness: the kernel does not say when something came (SO_TIMESTAMPNS)")
	}
	return t
}

// generator is what this process has cost since the crowd began.
func (s *sums) generator(g *lab.Generator, wall time.Duration) {
	now := measure()
	g.CPU, g.Coming, g.Wall, g.Processes = now.cpu-s.before.cpu, s.coming, wall, 1
	g.Memory = now.memory - s.before.memory
	g.RunDelay = longestDelay(s.before.delays, now.delays)
	if len(now.delays) == 0 {
		g.CannotTell = append(g.CannotTell, "run delay: the kernel does not say it (/proc/self/task/*/schedstat)")
	}
}

// settle says that all have come, or given up.
func (l *loop) settle() {
	l.sums.coming = time.Duration(poll.CPU()*float64(time.Second)) - l.sums.before.cpu
	close(l.settled)
}

// own is what this process has used.
type own struct {
	cpu    time.Duration
	memory int64
	delays map[string]time.Duration // by thread
}

func measure() (o own) {
	o.cpu = time.Duration(poll.CPU() * float64(time.Second))
	o.memory = int64(poll.Resident())
	o.delays = runDelays()
	return o
}
