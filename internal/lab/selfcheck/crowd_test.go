package selfcheck

import (
	"context"
	"maps"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/lab"
	"matchstream/internal/lab/crowd"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tooLong is for how long what must happen is waited for; a test that passes never waits
// so long.
const tooLong = time.Minute

var protocols = []lab.Protocol{lab.TCP, lab.SSE, lab.WebSocket}

// come has a crowd come.
func come(t *testing.T, p lab.Plan) lab.Crowd {
	t.Helper()
	c, err := crowd.Carrier{}.Gather(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// gather has a crowd come, and returns when nobody is on his way any more.
func gather(t *testing.T, p lab.Plan) lab.Crowd {
	t.Helper()
	c := come(t, p)
	select {
	case <-c.Settled():
	case <-time.After(tooLong):
		t.Fatalf("it does not settle: %+v", c.Tally())
	}
	return c
}

// finish waits until everybody has the event with a mark, or, with 0, until the match has ended for all.
func finish(t *testing.T, c lab.Crowd, last int) *lab.Tally {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), tooLong)
	defer cancel()
	tally, err := c.Finish(ctx, last, 2*time.Second)
	if err != nil || ctx.Err() != nil {
		t.Fatalf("it does not finish: %v, %+v", err, tally)
	}
	return tally
}

// expect these errors of the service, each with a finding that says of whom and what, and
// none of our own.
func expect(t *testing.T, what string, tally *lab.Tally, want map[string]int64) {
	t.Helper()
	if !maps.Equal(tally.Errors, want) || len(tally.Own) > 0 {
		t.Errorf("%s: errors %v, own %v, expected %v: %+v", what, tally.Errors, tally.Own, want, tally.Findings)
	}
	named := map[string]bool{}
	for _, f := range tally.Findings {
		named[f.Code] = f.Who != "" && f.Text != "" && !f.When.IsZero()
	}
	for code := range tally.Errors {
		if !named[code] {
			t.Errorf("%s: %s is counted, and not named: %+v", what, code, tally.Findings)
		}
	}
}

// blameless expects neither.
func blameless(t *testing.T, what string, tally *lab.Tally) {
	t.Helper()
	expect(t, what, tally, map[string]int64{})
	if len(tally.Findings) > 0 {
		t.Errorf("%s: findings %+v", what, tally.Findings)
	}
}
