package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

// One after the other, each wrong token is looked at later than the one before.
func TestSlowedByFailures(t *testing.T) {
	all, now, last := watched(t)
	all.UseClock(func() time.Time { return *now }, func(_ context.Context, d time.Duration) { *last, *now = d, now.Add(d) })
	fail := func(address string) time.Duration {
		t.Helper()
		*last = 0
		if _, err := all.Check(t.Context(), address, "Bearer wrong"); !errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
		return *last
	}
	for i, want := range []time.Duration{0, 50, 100, 200, 400, 800, 1600, 2000, 2000} {
		if got := fail(fmt.Sprintf("192.0.2.1:%d", 1000+i)); got != want*time.Millisecond {
			t.Errorf("failure %d: %s, want %dms", i+1, got, want)
		}
	}
	if got := fail("192.0.2.2:1"); got != 0 {
		t.Errorf("another address: %s", got)
	}
	if got := fail("[::ffff:192.0.2.1]:1"); got != MaxDelay {
		t.Errorf("the same address, written as IPv6: %s", got)
	}
	fail("[2001:db8::1]:1")
	if got := fail("[2001:db8::ffff:2]:1"); got != FirstDelay {
		t.Errorf("the same /64: %s", got)
	}
	if got := fail("[2001:db8:0:1::1]:1"); got != 0 {
		t.Errorf("another /64: %s", got)
	}
	*now = now.Add(forgiven + 1)
	if got := fail("192.0.2.1:1"); got != 0 {
		t.Errorf("after a while: %s", got)
	}
}

// Who guesses in parallel, or does not wait for the answer, gets no more looked
// at than who does neither; the right token is among what is not looked at.
func TestGuessingInParallel(t *testing.T) {
	all, now, last := watched(t)
	for range 7 {
		all.Check(t.Context(), "192.0.2.1:1", "Bearer wrong")
		*now = now.Add(*last)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	looked, tooMany := 0, 0
	for i := range 1000 {
		ctx := t.Context()
		if i%2 == 0 {
			ctx = gone
		}
		_, err := all.Check(ctx, fmt.Sprintf("192.0.2.1:%d", i), "Bearer "+chosen)
		var many *TooManyError
		switch {
		case errors.As(err, &many):
			tooMany++
			if many.Seconds() < 1 || many.After > MaxWait+MaxDelay || !strings.Contains(err.Error(), "try again in") {
				t.Fatalf("%v", err)
			}
		case errors.Is(err, context.Canceled): // it has learnt nothing
		case err == nil:
			looked++
		default:
			t.Fatal(err)
		}
	}
	if most := int(MaxWait/MaxDelay) + 1; looked > most || looked+tooMany < 900 {
		t.Errorf("%d of 1000 at once were looked at, %d refused; at most %d may be", looked, tooMany, most)
	}
}

// A connection that brings the token that was right on it before goes on as if
// nothing were, whatever others with its address do; no other token does.
func TestKnownConnection(t *testing.T) {
	all, _, last := watched(t)
	const mine = "192.0.2.1:1000"
	check := func(address, text string, want error) {
		t.Helper()
		*last = 0
		if _, err := all.Check(t.Context(), address, "Bearer "+text); !errors.Is(err, want) {
			t.Fatalf("%s: %v, want %v", text, err, want)
		}
	}
	check(mine, chosen, nil)
	for i := range 100 {
		all.Check(t.Context(), fmt.Sprintf("192.0.2.1:%d", 2000+i), "Bearer wrong")
	}
	if check(mine, chosen, nil); *last != 0 {
		t.Errorf("it waited for %s", *last)
	}
	var many *TooManyError
	for address, text := range map[string]string{mine: "wrong", "192.0.2.1:1001": chosen} {
		if _, err := all.Check(t.Context(), address, "Bearer "+text); !errors.As(err, &many) {
			t.Errorf("%s with %s: %v", address, text, err)
		}
	}
}

// Replaced tokens hold at once, and those before no more.
func TestReplace(t *testing.T) {
	all, _, _ := watched(t)
	other, err := Load("", chosen+"-another", nil)
	if err != nil {
		t.Fatal(err)
	}
	all.Check(t.Context(), "192.0.2.1:1", "Bearer "+chosen)
	all.Replace(other)
	if _, err := all.Check(t.Context(), "192.0.2.1:1", "Bearer "+chosen); !errors.Is(err, ErrWrong) {
		t.Errorf("the one before: %v", err)
	}
	if _, err := all.Check(t.Context(), "192.0.2.2:1", "Bearer "+chosen+"-another"); err != nil {
		t.Error(err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	all, _, _ := watched(t)
	for i := range remembered + 100 {
		all.Check(t.Context(), fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255), "Bearer wrong")
	}
	s := all.slow
	for i := range remembered + 100 {
		s.trust(fmt.Sprintf("10.0.0.1:%d", i), [32]byte{})
	}
	if len(s.mu.known) != remembered || s.mu.latest.Len() != remembered {
		t.Errorf("%d connections, %d in order, want %d", len(s.mu.known), s.mu.latest.Len(), remembered)
	}
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
