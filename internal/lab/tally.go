package lab

import (
	"slices"
	"time"
)

// Codes of what can go wrong for a watcher. Each is an error of the service; what is
// the lab's own is in Tally.Own.
const (
	Refused   = "refused"   // the connection was refused, or reset before it was ready
	TimedOut  = "timed-out" // no connection, no answer or no status in time
	Answered  = "answered"  // an answer that was not hoped for: a status that is not 2xx or 101, an ERROR line
	NoStatus  = "no-status" // something else came first
	Malformed = "malformed" // a frame that is not whole, or not of the protocol
	Missing   = "missing"   // an event was left out, or never came
	Doubled   = "doubled"   // an event came twice
	Reordered = "reordered" // an event came behind a later one, which was counted as missing before
	CutOff    = "cut-off"   // the service hung up before the end
	NoStop    = "no-stop"   // it ended without a stop
	NotEnded  = "not-ended" // it did not end behind a stop
	Stray     = "stray"     // an event that nobody has sent, or that belongs elsewhere
)

// Codes of the lab's own failures: nothing is learnt from them about the service.
const (
	NoDescriptors = "own-descriptors" // EMFILE, ENFILE
	NoPorts       = "own-ports"       // EADDRNOTAVAIL
	NoMemory      = "own-memory"      // ENOBUFS, ENOMEM
	OwnFailure    = "own-failure"     // anything else
)

// Finding is one thing that went wrong, so that a person can look into it.
type Finding struct {
	Code  string    `json:"code"`
	When  time.Time `json:"when"`
	Who   string    `json:"who"` // tcp/lab-17
	Text  string    `json:"text"`
	Bytes string    `json:"bytes,omitempty"` // what came, at most 200 bytes of it
}

// FindingsKept is how many findings of each code a tally keeps; all are counted.
const FindingsKept = 5

// Arrivals is how the deliveries of one event went.
type Arrivals struct {
	Count int64         `json:"count"`
	First time.Duration `json:"first"` // from when it was due, to the first and the last
	Last  time.Duration `json:"last"`
	// Late says that nobody read it in time, by his own doing (he reads slowly, or was in a
	// tunnel): then the times are not the service's.
	Late bool `json:"late,omitempty"`
}

// Tally is what a crowd, or a part of one, has seen. All counts are of now or so far.
type Tally struct {
	Asked int `json:"asked"` // how many have tried to come
	Ready int `json:"ready"` // how many are there now: have their status, and were not cut off
	Been  int `json:"been"`  // how many have been ready at some time
	Away  int `json:"away"`  // left of their own will, or in a tunnel
	Ended int `json:"ended"` // were there until the service ended the match

	Frames   int64            `json:"frames"`             // whole frames, statuses among them
	Events   int64            `json:"events"`             // events read
	Bytes    int64            `json:"bytes"`              // bytes read
	Resumes  int64            `json:"resumes"`            // came back by a position, and were given what they had missed
	Moved    int64            `json:"moved"`              // statuses between events: a correction, or moved forward being slow
	Outpaced int64            `json:"outpaced,omitempty"` // connections that were cut since their user read slowly on purpose
	Repeated int64            `json:"repeated,omitempty"` // requests of the API made again on a new connection, the kept one having been closed
	Errors   map[string]int64 `json:"errors"`             // by code
	Own      map[string]int64 `json:"own"`                // by code
	Findings []Finding        `json:"findings"`           // the first few of each code

	Connect *Histogram `json:"connect"` // from connect() to a connection, each connection
	Enter   *Histogram `json:"enter"`   // from connect() (with API: from the first request) to the status
	Latency *Histogram `json:"latency"` // from when a marked event was due to its read, each delivery

	// Of events with a mark, by number; [0] is number 1.
	Arrivals []Arrivals `json:"arrivals"`

	Generator Generator `json:"generator"`
}

// Generator is what a crowd has cost, and how far it may be believed.
type Generator struct {
	CPU        time.Duration `json:"cpu"`         // of its processes
	Coming     time.Duration `json:"coming"`      // of that, until all had come or given up; 0: they have not yet
	Wall       time.Duration `json:"wall"`        // for how long; the longest of its processes
	Memory     int64         `json:"memory"`      // bytes resident now less those before it began; all processes
	Processes  int           `json:"processes"`   // in how many it was
	Lateness   *Histogram    `json:"lateness"`    // sampled: from when the kernel had what came to when it was read
	Timers     *Histogram    `json:"timers"`      // how late its own timers were
	RunDelay   time.Duration `json:"run-delay"`   // how long its threads were ready to run, and did not (schedstat); the longest of its processes, and of their threads
	CannotTell []string      `json:"cannot-tell"` // which of these are not known here, and why
}

// NewTally is an empty one, with its histograms and maps.
func NewTally() *Tally {
	return &Tally{
		Errors: map[string]int64{}, Own: map[string]int64{},
		Connect: NewHistogram(), Enter: NewHistogram(), Latency: NewHistogram(),
		Generator: Generator{Lateness: NewHistogram(), Timers: NewHistogram()},
	}
}

// Add merges what another part has seen.
func (t *Tally) Add(other *Tally) {
	t.Asked += other.Asked
	t.Ready += other.Ready
	t.Been += other.Been
	t.Away += other.Away
	t.Ended += other.Ended
	t.Frames += other.Frames
	t.Events += other.Events
	t.Bytes += other.Bytes
	t.Resumes += other.Resumes
	t.Moved += other.Moved
	t.Outpaced += other.Outpaced
	t.Repeated += other.Repeated
	sum(t.Errors, other.Errors)
	sum(t.Own, other.Own)
	for _, f := range other.Findings {
		t.Find(f)
	}
	t.Connect.Add(other.Connect)
	t.Enter.Add(other.Enter)
	t.Latency.Add(other.Latency)
	for i, a := range other.Arrivals {
		if i == len(t.Arrivals) {
			t.Arrivals = append(t.Arrivals, Arrivals{})
		}
		t.Arrivals[i].add(a)
	}
	t.Generator.add(other.Generator)
}

// Find keeps a finding, if there are not enough of its code yet. It does not count it.
func (t *Tally) Find(f Finding) { t.Findings = keepSome(t.Findings, f) }

// keepSome of each code.
func keepSome(all []Finding, f Finding) []Finding {
	n := 0
	for _, has := range all {
		if has.Code == f.Code {
			n++
		}
	}
	if n < FindingsKept {
		all = append(all, f)
	}
	return all
}

func (a *Arrivals) add(b Arrivals) {
	switch {
	case b.Count == 0:
	case a.Count == 0:
		*a = b
	case a.Late != b.Late: // the times are those of the ones who read in time
		count := a.Count + b.Count
		if a.Late {
			*a = b
		}
		a.Count = count
	default:
		a.Count += b.Count
		a.First, a.Last = min(a.First, b.First), max(a.Last, b.Last)
	}
}

func (g *Generator) add(other Generator) {
	g.CPU += other.CPU
	g.Coming += other.Coming
	g.Wall = max(g.Wall, other.Wall)
	g.Memory += other.Memory
	g.Processes += other.Processes
	g.Lateness.Add(other.Lateness)
	g.Timers.Add(other.Timers)
	g.RunDelay = max(g.RunDelay, other.RunDelay)
	for _, text := range other.CannotTell {
		if !slices.Contains(g.CannotTell, text) {
			g.CannotTell = append(g.CannotTell, text)
		}
	}
}

func sum(to, from map[string]int64) {
	for code, n := range from {
		to[code] += n
	}
}
