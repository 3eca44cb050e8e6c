package gate_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// TestRoomAgain: who leaves makes room for another, by whatever door.
func TestRoomAgain(t *testing.T) {
	inBubble(t, func(s *setting) { s.max = 1 }, func(t *testing.T, r *rig) {
		r.create(seed)
		for i, c := range []struct {
			asks string
			head int
		}{{line + "\n", 1}, {sseAsks, 3}, {boardAsks, 2}, {wsAsks, 2}, {line + "\n", 1}} {
			w := r.watch(c.asks)
			w.get(c.head)
			if got := string(r.watch("").rest()); got != "ERROR: the server is full, try again later\n\r\n" {
				t.Errorf("while %d was in, the next got %q", i, got)
			}
			w.Close()
			r.notice()
		}
		// Who got no further than the door leaves no trace.
		for _, says := range []string{"nonsense\n", strings.Replace(line, "elp", "xyz", 1) + "\n"} {
			r.watch(says).rest()
		}
		w := r.watch(sseAsks)
		w.get(3)
		w.Close()
	})
}

// notice makes the node notice who has closed: over TCP it cannot tell him from
// one who only says no more, until it writes to him.
func (r *rig) notice() {
	r.post(seed, `{"kind":"comment","comment":"Anybody there?"}`)
	synctest.Wait()
}

// TestPerAddress: connections are counted by address; of IPv6 by what one
// customer is given.
func TestPerAddress(t *testing.T) {
	for _, c := range []struct {
		first, second string
		same          bool
	}{
		{"192.0.2.1:1000", "192.0.2.1:1001", true},
		{"192.0.2.1:1000", "192.0.2.2:1000", false},
		{"192.0.2.1:1000", "[::ffff:192.0.2.1]:1000", true},
		{"[2001:db8:1:2::1]:1000", "[2001:db8:1:2:ffff::2]:1000", true},
		{"[2001:db8:1:2::1]:1000", "[2001:db8:1:3::1]:1000", false},
		{"[fe80::1%eth0]:1000", "[fe80::2%eth1]:1000", true},
	} {
		t.Run(c.first+" "+c.second, func(t *testing.T) {
			inBubble(t, func(s *setting) { s.perIP = 1 }, func(t *testing.T, r *rig) {
				r.create(seed)
				door := r.setting.tcp.(*pipes)
				door.remote = c.first
				first := r.watch(line + "\n")
				first.get(1)
				door.remote = c.second
				says, want := "", "ERROR: too many connections from your address\n\r\n"
				if !c.same {
					says, want = line+"\n", "2026"
				}
				second := r.watch(says)
				if got := string(second.get(1)[0]); !strings.HasPrefix(got, want) {
					t.Errorf("the second got %q, want %q", got, want)
				}
				second.Close()
				first.Close()
				r.notice()
				third := r.watch(line + "\n")
				if got := string(third.get(1)[0]); !strings.HasPrefix(got, "2026") {
					t.Errorf("when both had left, the third got %q", got)
				}
				third.Close()
			})
		})
	}
}

// unreadable is a store whose journal cannot be read for a while.
type unreadable struct {
	store.Store
	now atomic.Bool
}

func (u *unreadable) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	if u.now.Load() {
		return nil, fmt.Errorf("%w: the disk is on fire", store.ErrUnavailable)
	}
	return u.Store.Read(ctx, key, from)
}

// TestUnreadable: a match that is over and not in memory, when the journal
// cannot be read: an answer that says to come back, and nothing of the cause.
func TestUnreadable(t *testing.T) {
	s := &unreadable{Store: memory.New()}
	r := newRig(t, setting{store: s})
	r.create(seed)
	r.post(seed, start)
	r.post(seed, `{"kind":"stop"}`)
	r.stop()
	s.now.Store(true)
	r = newRig(t, setting{store: s})
	const problem = "HTTP/1.1 503 Service Unavailable^M$\nContent-Type: application/problem+json^M$\nRetry-After: 2^M$\n" +
		"Date: (now)^M$\nContent-Length: 85^M$\nConnection: close^M$\n^M$\n" +
		`{"title":"Service Unavailable","status":503,"detail":"the match cannot be read now"}` + "$\n(closed)\n"
	for _, c := range []struct{ asks, want string }{
		{line + "\n", "ERROR: the match cannot be read now, try again later: " + seed + "$\n^M$\n(closed)\n"},
		{strings.Replace(sseAsks, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1), problem},
		{strings.Replace(wsAsks, "Connection: Upgrade", "Connection: Upgrade, close", 1), problem},
	} {
		if got := r.watch(c.asks).shown(-1); got != c.want {
			t.Errorf("%q\ngot  %s\nwant %s", c.asks, got, c.want)
		}
	}
	s.now.Store(false)
	w := r.watch(line + "\n")
	if got := string(w.rest()); !strings.Contains(got, "period: ended\n") {
		t.Errorf("when it could be read again, he got %q", got)
	}
}

// TestListenerFails: a door whose listener fails for a moment goes on.
func TestListenerFails(t *testing.T) {
	inBubble(t, func(s *setting) { s.tcp.(*pipes).failures = 3 }, func(t *testing.T, r *rig) {
		r.create(seed)
		w := r.watch(line + "\n")
		w.get(1)
		w.Close()
	})
}
