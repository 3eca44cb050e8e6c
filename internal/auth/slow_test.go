package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
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

// One after the other, each wrong token of an origin is answered later than the
// one before.
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
	*now = now.Add(forgiven + 1)
	if got := fail("192.0.2.1:1"); got != FirstDelay {
		t.Errorf("after a while: %s", got)
	}
}

// Who brings a right token is answered at once, on a new connection too, while
// somebody of his address sends a wrong one each second, one after the other:
// for an hour, whoever of them comes first.
func TestOneGuessASecondHoldsUpNobody(t *testing.T) {
	all, now, last := watched(t)
	for i := range 3600 {
		*last = 0
		if _, err := all.Check(t.Context(), fmt.Sprintf("192.0.2.1:%d", 2*i), "Bearer wrong"); !errors.Is(err, ErrWrong) || *last == 0 {
			t.Fatalf("guess %d: %v after %s", i, err, *last)
		}
		*last = 0
		if _, err := all.Check(t.Context(), fmt.Sprintf("192.0.2.1:%d", 2*i+1), "Bearer "+chosen); err != nil || *last != 0 {
			t.Fatalf("the right one after %d guesses: %v after %s", i+1, err, *last)
		}
		*now = now.Add(time.Second)
	}
}

// Who guesses in parallel, or does not wait for the answer, gets no more looked
// at than there are places; the right token is among what is not looked at.
func TestGuessingInParallel(t *testing.T) {
	all, now, last := watched(t)
	for range 7 {
		all.Check(t.Context(), "192.0.2.1:1", "Bearer wrong")
		*now = now.Add(*last)
	}
	const seconds = 60
	gone, leave := context.WithCancel(t.Context())
	leave()
	looked, tooMany, right := 0, 0, 0
	for range 100 * seconds { // a hundred each second, and one is right
		ctx, text := t.Context(), "wrong"
		if tooMany%2 == 0 {
			ctx = gone
		}
		if tooMany%50 == 49 {
			text = chosen
		}
		_, err := all.Check(ctx, fmt.Sprintf("192.0.2.1:%d", looked+tooMany), "Bearer "+text)
		var many *TooManyError
		switch {
		case errors.As(err, &many):
			tooMany++
			if many.After <= 0 || many.After > MaxDelay || many.Seconds() < 1 || !strings.Contains(err.Error(), "try again in") {
				t.Fatalf("%v after %s", err, many.After)
			}
		case errors.Is(err, ErrWrong):
			looked++
		case err == nil:
			right++
		default:
			t.Fatal(err)
		}
		*now = now.Add(time.Second / 100)
	}
	if most := MaxAtOnce * (1 + int(seconds*time.Second/MaxDelay)); looked+right > most || looked < most/2 {
		t.Errorf("of %d in %d s %d were looked at, %d of them right; at most %d may be", 100*seconds, seconds, looked+right, right, most)
	}
	*now = now.Add(MaxDelay)
	if _, err := all.Check(t.Context(), "192.0.2.1:9", "Bearer "+chosen); err != nil {
		t.Errorf("when it is over: %v", err)
	}
}

// flood fills the places of an address.
func flood(t *testing.T, all *Tokens) {
	t.Helper()
	many, tries := (*TooManyError)(nil), 0
	for i := range 100 {
		if _, err := all.Check(t.Context(), fmt.Sprintf("192.0.2.1:%d", 2000+i), "Bearer wrong"); errors.As(err, &many) {
			tries++
		}
	}
	if tries != 100-MaxAtOnce {
		t.Fatalf("of 100 at the same time %d were not looked at, want all but %d", tries, MaxAtOnce)
	}
}

// A connection that brings the token that was right on it before goes on as if
// nothing were, whatever others with its address do; no other token does. One
// wrong token on it, and it is like any other.
func TestKnownConnection(t *testing.T) {
	all, _, last := watched(t)
	const mine = "192.0.2.1:1000"
	var many *TooManyError
	check := func(address, text string) (err error) {
		t.Helper()
		*last = 0
		_, err = all.Check(t.Context(), address, "Bearer "+text)
		return err
	}
	if err := check(mine, chosen); err != nil {
		t.Fatal(err)
	}
	flood(t, all)
	for range 3 {
		if err := check(mine, chosen); err != nil || *last != 0 {
			t.Errorf("%v after %s", err, *last)
		}
	}
	if err := check("192.0.2.1:1001", chosen); !errors.As(err, &many) {
		t.Errorf("on another connection: %v", err)
	}
	if err := check(mine, "wrong"); !errors.As(err, &many) {
		t.Errorf("another token: %v", err)
	}
	if err := check(mine, chosen); !errors.As(err, &many) {
		t.Errorf("a proxy's connection, on which somebody guesses at the operator's token: %v", err)
	}
}

// A token that `admin token new` has made cannot be guessed, and is never held
// up: not at its first use, either. One that only looks like one is.
func TestGeneratedTokenIsNotHeldUp(t *testing.T) {
	text := Generate()
	all, err := Load("", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	quiet(all)
	flood(t, all)
	if _, err := all.Check(t.Context(), "192.0.2.1:1", "Bearer "+text); err != nil {
		t.Error(err)
	}
	var many *TooManyError
	if _, err := all.Check(t.Context(), "192.0.2.1:1", "Bearer "+Generate()); !errors.As(err, &many) {
		t.Errorf("another such text: %v", err)
	}
	for text, want := range map[string]bool{text: true, text + "x": false, text[:len(text)-1]: false, "MS_" + text[3:]: false,
		text[3:]: false, chosen: false, "": false, "ms_" + strings.Repeat("+", 43): false, "ms_" + strings.Repeat("A", 43): true} {
		if generated(text) != want {
			t.Errorf("%q: generated %t", text, !want)
		}
	}
}

// Whoever is at it at the same time, no more learn anything than there are
// places: what is decided is decided for one after the other.
func TestGuessesOfManyGoroutines(t *testing.T) {
	all, _, _ := watched(t)
	all.UseClock(func() time.Time { return time.Unix(1_800_000_000, 0) }, func(context.Context, time.Duration) {})
	var looked atomic.Int64
	var guessers sync.WaitGroup
	for g := range 8 {
		guessers.Go(func() {
			for i := range 50 {
				if _, err := all.Check(t.Context(), fmt.Sprintf("192.0.2.1:%d", 100*g+i), "Bearer wrong"); errors.Is(err, ErrWrong) {
					looked.Add(1)
				}
			}
		})
	}
	guessers.Wait()
	if looked.Load() != MaxAtOnce {
		t.Errorf("%d were looked at, want %d", looked.Load(), MaxAtOnce)
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
		s.mu.known.add(fmt.Sprintf("10.0.0.1:%d", i), [32]byte{})
	}
	if k := s.mu.known; len(k.of) != remembered || k.latest.Len() != remembered {
		t.Errorf("%d connections, %d in order, want %d", len(k.of), k.latest.Len(), remembered)
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
