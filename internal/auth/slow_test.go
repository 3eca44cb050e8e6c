package auth

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// watched is a set of tokens whose time stands still.
func watched(t *testing.T) (all *Tokens, now *time.Time, last *time.Duration) {
	t.Helper()
	all, err := Load("", chosen, nil)
	if err != nil {
		t.Fatal(err)
	}
	now, last = new(time.Time), new(time.Duration)
	*now = time.Unix(1_800_000_000, 0)
	all.UseClock(func() time.Time { return *now }, func(_ context.Context, d time.Duration) { *last = d })
	return all, now, last
}

func TestSlowedByFailures(t *testing.T) {
	all, now, last := watched(t)
	fail := func(address string) time.Duration {
		t.Helper()
		*last = 0
		if _, err := all.Check(t.Context(), address, "Bearer wrong"); !errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
		return *last
	}
	for i, want := range []time.Duration{50, 100, 200, 400, 800, 1600, 2000, 2000} {
		if got := fail(fmt.Sprintf("192.0.2.1:%d", 1000+i)); got != want*time.Millisecond {
			t.Errorf("failure %d: %s, want %dms", i+1, got, want)
		}
	}
	if got := fail("192.0.2.2:1"); got != FirstDelay {
		t.Errorf("another address: %s", got)
	}
	if got := fail("[::ffff:192.0.2.1]:1"); got != MaxDelay {
		t.Errorf("the same address, written as IPv6: %s", got)
	}
	fail("[2001:db8::1]:1")
	if got := fail("[2001:db8::ffff:2]:1"); got != 2*FirstDelay {
		t.Errorf("the same /64: %s", got)
	}
	if got := fail("[2001:db8:0:1::1]:1"); got != FirstDelay {
		t.Errorf("another /64: %s", got)
	}
	*last = 0
	if _, err := all.Check(t.Context(), "192.0.2.1:1", "Bearer "+chosen); err != nil || *last != 0 {
		t.Errorf("a right token is never slowed: %v, %s", err, *last)
	}
	*now = now.Add(forgiven + 1)
	if got := fail("192.0.2.1:1"); got != FirstDelay {
		t.Errorf("after a while: %s", got)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	all, _, _ := watched(t)
	for i := range remembered + 100 {
		all.Check(t.Context(), fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255), "Bearer wrong")
	}
	s := all.slow
	if len(s.mu.of) != remembered || s.mu.recent.Len() != remembered {
		t.Errorf("%d addresses, %d in order, want %d", len(s.mu.of), s.mu.recent.Len(), remembered)
	}
	if _, known := s.mu.of[origin("10.0.0.0:1")]; known {
		t.Error("the oldest must go first")
	}
}

func TestSleepEndsWithTheRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	sleep(ctx, time.Hour)
	sleep(t.Context(), time.Nanosecond)
}

func TestDelayGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1<<40).Draw(t, "failures")
		d, more := delay(n), delay(n+1)
		if d < FirstDelay || d > MaxDelay || more < d {
			t.Fatalf("delay(%d) = %s, delay(%d) = %s", n, d, n+1, more)
		}
	})
}

func FuzzOrigin(f *testing.F) {
	for _, s := range []string{"", "192.0.2.1:80", "[2001:db8::1%eth0]:80", "@", "192.0.2.1", "pipe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if p := origin(address); p != p.Masked() {
			t.Errorf("%q is counted with %s, not with its masked form", address, p)
		}
	})
}
