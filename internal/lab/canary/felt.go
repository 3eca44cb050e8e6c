package canary

import (
	"context"
	"errors"
	"fmt"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/blame"
)

// Felt is what a person would have felt.
type Felt struct {
	All      *lab.Histogram // of the three below together
	HTTP     Part           // each round of requests
	Enter    Part           // each join
	Event    Part           // each event
	Timers   *lab.Histogram // how late the canary itself was
	Events   int64          // read
	Repeated int64          // requests made again on a new connection, the kept one having been closed
	Errors   map[string]int64
	Own      map[string]int64 // failures of the lab itself
	Findings []lab.Finding    // the first few of each code
}

// Part is one kind of wait.
type Part struct {
	*lab.Histogram                // as it was felt
	Least          *lab.Histogram // without what may have been the canary's own lateness
}

func newPart() Part { return Part{lab.NewHistogram(), lab.NewHistogram()} }

func newFelt() Felt {
	return Felt{All: lab.NewHistogram(), HTTP: newPart(), Enter: newPart(), Event: newPart(),
		Timers: lab.NewHistogram(), Errors: map[string]int64{}, Own: map[string]int64{}}
}

// Put puts it into figures: canary.max, canary.http.max, canary.http.least.max (without
// what may have been the canary's own lateness), canary.errors, timers.canary.max …
func (t *Felt) Put(f lab.Figures) {
	f.Histogram("canary", t.All)
	for name, part := range map[string]Part{"http": t.HTTP, "enter": t.Enter, "event": t.Event} {
		f.Histogram("canary."+name, part.Histogram)
		f.Histogram("canary."+name+".least", part.Least)
	}
	f.Histogram("timers.canary", t.Timers)
	f.Counts("canary.errors", t.Errors)
	f.Counts("own", t.Own)
	f["canary.events"], f["canary.repeated"] = float64(t.Events), float64(t.Repeated)
}

func (t *Felt) find(code, who, text string) {
	n := 0
	for _, has := range t.Findings {
		if has.Code == code {
			n++
		}
	}
	if n < lab.FindingsKept {
		t.Findings = append(t.Findings, lab.Finding{Code: code, When: time.Now(), Who: who + "/canary", Text: text})
	}
}

// done counts one thing that a person waited for since it was due. What was not done yet
// when everything ended counts only if he has waited for longer than it is asked for.
func (c *Canary) done(ctx context.Context, part *Part, who string, due time.Time, patient time.Duration, err error) {
	waited := time.Since(due)
	c.mu.Lock()
	defer c.mu.Unlock()
	ended := ctx.Err() != nil
	if err != nil && ended && waited < patient {
		return
	}
	c.feel(part, due)
	if err != nil && !ended {
		code := codeOf(err)
		if blame.IsOwn(code) {
			c.mu.felt.Own[code]++
		} else {
			c.mu.felt.Errors[code]++
		}
		c.mu.felt.find(code, who, err.Error())
	}
}

// feel a wait that began when it was due, and ends now. mu is held.
func (c *Canary) feel(part *Part, due time.Time) {
	waited := time.Since(due)
	part.Record(waited)
	part.Least.Record(max(0, waited-c.late(due)))
	c.mu.felt.All.Record(waited)
	c.mu.worst = max(c.mu.worst, waited)
}

// Worst is the longest wait that ended since it was last asked for; 0: none did.
func (c *Canary) Worst() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	worst := c.mu.worst
	c.mu.worst = 0
	return worst
}

// failure is an error with a code of its own.
type failure struct {
	code string
	text string
}

func (f *failure) Error() string { return f.text }

func failf(code, format string, a ...any) error { return &failure{code, fmt.Sprintf(format, a...)} }

// heard is what failed on a connection on which something had come.
func heard(err error) error {
	var own *failure
	if errors.As(err, &own) {
		return err
	}
	return &failure{blame.Code(err, blame.Heard), err.Error()}
}

// codeOf an error, of those in lab: its own, or that of one before anything had come.
func codeOf(err error) string {
	var own *failure
	if errors.As(err, &own) {
		return own.code
	}
	return blame.Code(err, blame.Asking)
}
