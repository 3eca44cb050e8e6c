package canary

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	"matchstream/internal/lab"
)

// Felt is what a person would have felt.
type Felt struct {
	All      *lab.Histogram // of the three below together
	HTTP     *lab.Histogram // each round of requests
	Enter    *lab.Histogram // each join
	Event    *lab.Histogram // each event
	Timers   *lab.Histogram // how late the canary itself was
	Events   int64          // read
	Errors   map[string]int64
	Own      map[string]int64 // failures of the lab itself
	Findings []lab.Finding    // the first few of each code
}

func newFelt() Felt {
	return Felt{All: lab.NewHistogram(), HTTP: lab.NewHistogram(), Enter: lab.NewHistogram(), Event: lab.NewHistogram(),
		Timers: lab.NewHistogram(), Errors: map[string]int64{}, Own: map[string]int64{}}
}

// Put puts it into figures: canary.max, canary.http.max, canary.errors, timers.canary.max …
func (t *Felt) Put(f lab.Figures) {
	f.Histogram("canary", t.All)
	f.Histogram("canary.http", t.HTTP)
	f.Histogram("canary.enter", t.Enter)
	f.Histogram("canary.event", t.Event)
	f.Histogram("timers.canary", t.Timers)
	f.Counts("canary.errors", t.Errors)
	f.Counts("own", t.Own)
	f["canary.events"] = float64(t.Events)
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
func (c *Canary) done(ctx context.Context, part *lab.Histogram, who string, due time.Time, patient time.Duration, err error) {
	waited := time.Since(due)
	c.mu.Lock()
	defer c.mu.Unlock()
	ended := ctx.Err() != nil
	if err != nil && ended && waited < patient {
		return
	}
	part.Record(waited)
	c.feel(waited)
	if err != nil && !ended {
		code := codeOf(err)
		if strings.HasPrefix(code, "own-") {
			c.mu.felt.Own[code]++
		} else {
			c.mu.felt.Errors[code]++
		}
		c.mu.felt.find(code, who, err.Error())
	}
}

// feel is called with mu held.
func (c *Canary) feel(waited time.Duration) {
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

// codeOf an error, of those in lab.
func codeOf(err error) string {
	var own *failure
	var network net.Error
	switch {
	case errors.As(err, &own):
		return own.code
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return lab.NoDescriptors
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return lab.NoPorts
	case errors.Is(err, syscall.ENOBUFS), errors.Is(err, syscall.ENOMEM):
		return lab.NoMemory
	case errors.Is(err, syscall.ECONNREFUSED):
		return lab.Refused
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return lab.TimedOut
	}
	return lab.CutOff
}
