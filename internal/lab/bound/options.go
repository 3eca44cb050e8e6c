package bound

import (
	"context"
	"net/http"
	"runtime"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/operator"
	"matchstream/internal/lab/record"
	"matchstream/internal/lab/requests"
	"matchstream/internal/lab/search"
	"matchstream/internal/lab/suspects"
)

// Options are what is searched, and how. The zero value of what is optional means what is
// said there.
type Options struct {
	Searches []string // HTTP, Streams, Both; none: all three

	Plan    lab.Plan    // of every crowd, without Users and AtOnce; Match is the operator's, if there is one
	Carrier lab.Carrier // of the crowds
	Inside  bool        // it carries them in this process
	Apart   bool        // it carries them on other machines

	// Operator opens a match of its own for one try; nil: nothing happens in Plan.Match
	// while it is tried.
	Operator func(ctx context.Context) (operator.Operator, error)

	// Requests that each user of a load makes, and the canary does; nil: none.
	Requests func(match string) []lab.Request

	// Ask makes the requests of a load; nil: requests.Run.
	Ask func(ctx context.Context, load lab.Load, told func(*lab.Answers)) (*lab.Answers, error)

	Expected []lab.Expected // of the figures, as far as a search has them; what does not hold is a failure

	First, Most search.Size // of a try; see search.Options
	Precision   float64     // likewise

	Events int           // that are played in a try; 0: 20
	Every  time.Duration // between them; 0: 250 ms
	Over   time.Duration // time over which the users of a load are due; 0: as long as the events take
	Quiet  time.Duration // how long after the last byte an event counts as lost; 0: 10 s

	Same  bool           // the server is on this machine; of several at least one
	Look  suspects.Where // at the servers, and this machine
	Admin []string       // URL of the admin address of each of Look.Nodes, for profiles; "": none
	By    *http.Client   // asks them; nil: http.DefaultClient

	Record *record.Writer // nil: nothing is recorded
	Nodes  int            // of each step: with how many (stage 5)
	After  int            // the number of the step before the first

	Told func(Progress) // how it stands, now and then, by one goroutine at a time; nil: nobody
}

// Progress is how it stands.
type Progress struct {
	Search string
	Step   int
	Again  bool // the try is one that has failed once
	Users  int  // of the try
	AtOnce int
	Doing  string // coming, events, requests, leaving, resting, ended
	Ready  int    // users who are there
	Worked int    // most that worked so far
	Failed int    // fewest that did not; 0: none did
	Left   time.Duration
	Known  bool      // Left is: at most so long, of this search
	Ended  *lab.Step // the try, if it has just ended; else nil
}

func (o *Options) fill() {
	if len(o.Searches) == 0 {
		o.Searches = []string{HTTP, Streams, Both}
	}
	if o.Events == 0 {
		o.Events = 20
	}
	if o.Every == 0 {
		o.Every = 250 * time.Millisecond
	}
	if o.Over == 0 {
		o.Over = time.Duration(o.Events) * o.Every
	}
	if o.Quiet == 0 {
		o.Quiet = 10 * time.Second
	}
	if o.Plan.Patience == 0 {
		o.Plan.Patience = 10 * time.Second
	}
	if o.Ask == nil {
		o.Ask = requests.Run
	}
	if o.By == nil {
		o.By = http.DefaultClient
	}
	if o.Look.By == nil {
		o.Look.By = o.By
	}
	if o.Told == nil {
		o.Told = func(Progress) {}
	}
}

// cores that the lab may use; 0: not known.
func (o *Options) cores() float64 {
	if o.Apart {
		return 0
	}
	return float64(runtime.NumCPU())
}
