package edge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/match"
	"matchstream/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// These tests play an origin that does what a good one seldom does, or never;
// what an edge does with a real one is in e2e.

const (
	theMatch = "a-b-2026-01-01"
	epoch    = "aaaaaa"
)

var key = store.Key{Match: theMatch, Epoch: epoch}

// played is an origin of one match. Each connection to the match's stream is a
// turn of its own; behind the last one the stream says nothing.
type played struct {
	*httptest.Server
	mu struct {
		sync.Mutex
		score string // of the match
		last  int    // as GET /1/match says
		turns []string
		asked []string // positions

		behind bool // as it says
	}
}

func score(last int, epoch, period string) string {
	return fmt.Sprintf(`{"match":"%s","home-score":0,"visit-score":0,"period":"%s","status":"live","home":"a","visit":"b","home-name":"A","visit-name":"B","start_time":"2026-01-01","speed":1,"period-start":5,"position":"%d-%s"}`,
		theMatch, period, last, epoch)
}

// event is one of a stream.
func event(id int, epoch string) string {
	return fmt.Sprintf("id: %[1]d-%[2]s\nevent: comment\ndata: {\"id\":%[1]d,\"position\":\"%[1]d-%[2]s\",\"timestamp\":7,\"kind\":\"comment\",\"data\":{\"comment\":\"x\"}}\n\n", id, epoch)
}

// status at a position; other is put into its object.
func status(id int, epoch, other string) string {
	return fmt.Sprintf("id: %[1]d-%[2]s\nevent: status\ndata: {\"id\":%[1]d,\"position\":\"%[1]d-%[2]s\",\"timestamp\":6,\"kind\":\"status\",\"data\":{}%[3]s}\n\n", id, epoch, other)
}

func newPlayed(t *testing.T, last int, turns ...string) *played {
	p := &played{}
	p.mu.score, p.mu.last, p.mu.turns = score(last, epoch, "first"), last, turns
	mux := http.NewServeMux()
	mux.HandleFunc("/1/nodes", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.stale(w)
		fmt.Fprint(w, "[]")
	})
	mux.HandleFunc("/1/teams", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `[{"id":"a","name":"A"},{"id":"b","name":"B"}]`)
	})
	mux.HandleFunc("/1/matches", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.stale(w)
		fmt.Fprintf(w, "[%s]", p.mu.score)
	})
	mux.HandleFunc("/1/match/"+theMatch, func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		w.Header().Set("ETag", fmt.Sprintf(`"%d-%s.3-gzip"`, p.mu.last, epoch))
		fmt.Fprintf(w, `{"position":"%d-%s","stadium":"S","speed":1,"status":"live"}`, p.mu.last, epoch)
	})
	mux.HandleFunc("/1/stream", func(w http.ResponseWriter, r *http.Request) { p.stream(w, r, "retry: 2000\n\n") })
	mux.HandleFunc("/1/match/"+theMatch+"/stream", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.mu.asked = append(p.mu.asked, r.Header.Get("Last-Event-ID"))
		turn, more := "retry: 2000\n\n", len(p.mu.turns) > 0
		if more {
			turn += p.mu.turns[0]
			p.mu.turns = p.mu.turns[1:]
		}
		more = len(p.mu.turns) > 0
		p.mu.Unlock()
		if more {
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, turn)
			return
		}
		p.stream(w, r, turn)
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// stale says that it may be behind, if it is to; with p.mu locked.
func (p *played) stale(w http.ResponseWriter) {
	if p.mu.behind {
		w.Header().Set("Match-Stream-Stale", "3")
	}
}

// stream says something and then nothing more, until the client leaves.
func (p *played) stream(w http.ResponseWriter, r *http.Request, text string) {
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(w, text)
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

func (p *played) open(t *testing.T, o Options) *Store {
	t.Helper()
	o.Origin = p.URL
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	until(t, "there is a list", func() bool { return s.Listed() == nil })
	return s
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !is(); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("it does not come true: %s", what)
		}
	}
}

// Whatever an origin sends: the journal has each event once, in order.
func TestNothingTwiceNothingMissing(t *testing.T) {
	for _, c := range []struct {
		name  string
		last  int
		turns []string
		want  int // records
		asked []string
	}{
		{"all at once", 3, []string{event(1, epoch) + event(2, epoch) + event(3, epoch)}, 3, []string{"0-aaaaaa"}},
		{"a break", 3, []string{event(1, epoch) + event(2, epoch), event(3, epoch)}, 3, []string{"0-aaaaaa", "2-aaaaaa"}},
		{"what is known comes again", 3, []string{event(1, epoch) + event(2, epoch), event(1, epoch) + event(2, epoch) + event(3, epoch)}, 3, []string{"0-aaaaaa", "2-aaaaaa"}},
		{"a hole", 3, []string{event(1, epoch) + event(3, epoch), event(2, epoch) + event(3, epoch)}, 3, []string{"0-aaaaaa", "1-aaaaaa"}},
		{"cut within an event", 2, []string{event(1, epoch) + event(2, epoch)[:30], event(2, epoch)}, 2, []string{"0-aaaaaa", "1-aaaaaa"}},
		{"moved forward", 3, []string{event(1, epoch) + status(3, epoch, ""), event(2, epoch) + event(3, epoch)}, 3, []string{"0-aaaaaa", "1-aaaaaa"}},
		{"a status behind a correction", 2, []string{event(1, epoch) + status(1, epoch, "") + event(2, epoch)}, 2, []string{"0-aaaaaa"}},
		{"an event of another epoch", 2, []string{event(1, epoch) + event(2, "bbbbbb"), event(2, epoch)}, 2, []string{"0-aaaaaa", "1-aaaaaa"}},
		{"no event yet", 0, []string{status(0, epoch, "")}, 0, []string{""}},
		{"the first while it is asked for", 0, []string{status(1, epoch, ""), event(1, epoch)}, 1, []string{"", "0-aaaaaa"}},
		{"nonsense", 1, []string{"data: <html>\n\n", event(1, epoch)}, 1, []string{"0-aaaaaa", "0-aaaaaa"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlayed(t, c.last, c.turns...)
			s := p.open(t, Options{})
			records, err := s.Read(t.Context(), key, 1)
			if err != nil || len(records) != c.want {
				t.Fatalf("%d records, %v; want %d", len(records), err, c.want)
			}
			for i, r := range records {
				if r.Number != int64(i+1) || r.Key != key || !strings.Contains(string(r.Data), fmt.Sprintf(`"event":{"id":%d,`, i+1)) {
					t.Errorf("record %d is %+v %s", i+1, r, r.Data)
				}
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			if !slices.Equal(p.mu.asked, c.asked) {
				t.Errorf("asked for %q, want %q", p.mu.asked, c.asked)
			}
		})
	}
}

// What has been followed is told to who follows the store, from any mark on.
func TestFollow(t *testing.T) {
	p := newPlayed(t, 3, event(1, epoch)+event(2, epoch)+event(3, epoch))
	s := p.open(t, Options{})
	ctx, enough := context.WithCancel(t.Context())
	var first, second []int64
	var both sync.WaitGroup
	both.Go(func() {
		s.Follow(ctx, 0, func(r store.Record) {
			if first = append(first, r.Number); len(first) == 3 {
				enough()
			}
		})
	})
	if _, err := s.Read(t.Context(), key, 1); err != nil {
		t.Fatal(err)
	}
	both.Wait()
	ctx, enough = context.WithCancel(t.Context())
	if err := s.Follow(ctx, 1, func(r store.Record) {
		if second = append(second, r.Number); len(second) == 2 {
			enough()
		}
	}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if !slices.Equal(first, []int64{1, 2, 3}) || !slices.Equal(second, []int64{2, 3}) {
		t.Errorf("%v, %v", first, second)
	}
	s.Close()
	if err := s.Follow(t.Context(), 0, func(store.Record) {}); !errors.Is(err, store.ErrClosed) {
		t.Error(err)
	}
}

// Nothing of the origin's is written here; what is this node's own is.
func TestWrites(t *testing.T) {
	s := newPlayed(t, 0).open(t, Options{})
	ctx := t.Context()
	if _, err := s.Append(ctx, key, 0, 1, []byte("x")); !errors.Is(err, store.ErrUnavailable) {
		t.Error(err)
	}
	if _, err := s.Put(ctx, "match/"+theMatch, []byte("{}"), 0); !errors.Is(err, store.ErrUnavailable) {
		t.Error(err)
	}
	e, err := s.Get(ctx, "match/"+theMatch)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(ctx, e.Key, e.Revision); !errors.Is(err, store.ErrUnavailable) {
		t.Error(err)
	}
	if err := s.Purge(ctx, key); !errors.Is(err, store.ErrUnavailable) {
		t.Error(err)
	}
	rev, err := s.Put(ctx, "audience/x", []byte("1"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(ctx, "audience/x", []byte("2"), rev+1); !errors.Is(err, store.ErrConflict) {
		t.Error(err)
	}
	if err := s.Delete(ctx, "audience/x", rev); err != nil {
		t.Error(err)
	}
	if _, err := s.Get(ctx, "audience/x"); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

// More matches than connections that there may be are refused, and said why; one
// that is let go of makes room, but not while it is being read.
func TestMostFollowed(t *testing.T) {
	p := newPlayed(t, 1, event(1, epoch))
	s := p.open(t, Options{Most: 1})
	s.slots <- struct{}{} // another match
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := s.Read(ctx, key, 1)
		failed <- err
	}()
	until(t, "it is tried", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		j := s.mu.journals[key]
		return j != nil && j.cause != nil
	})
	cancel()
	if err := <-failed; !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, errFull) {
		t.Error(err)
	}
	<-s.slots
	if r, err := s.Read(t.Context(), key, 1); err != nil || len(r) != 1 {
		t.Fatal(r, err)
	}
	if s.Release(key) {
		t.Error("let go of while it is read")
	}
	s.mu.Lock()
	s.mu.journals[key].read = time.Now().Add(-2 * kept)
	s.mu.Unlock()
	if !s.Release(key) || s.Followed() != 0 {
		t.Error("not let go of")
	}
	until(t, "there is room", func() bool { return len(s.slots) == 0 })
}

// A node that drains, and would have an edge come back in half a minute, is not
// waited for: the origin has others.
func TestADrainingNodeIsNotWaitedFor(t *testing.T) {
	p := newPlayed(t, 2, event(1, epoch)+"retry: 29000\n\n", event(2, epoch))
	s := p.open(t, Options{})
	j := &journal{store: s, key: key, ctx: t.Context(), cancel: func() {}, wake: make(chan struct{}, 1), changed: make(chan struct{}), extra: map[int64]match.Kind{}}
	s.mu.Lock()
	s.mu.journals[key] = j // that nobody follows but this test
	s.mu.Unlock()
	err := j.once()
	if asked := askedFor(err); asked < soonest/2 || asked > soonest || j.length() != 1 {
		t.Errorf("after %d events: a wait of %v (%v)", j.length(), asked, err)
	}
	if got := elsewhere(time.Millisecond); got != time.Millisecond {
		t.Errorf("a wait of %v where a millisecond is asked for", got)
	}
}

// A match of another epoch is another match.
func TestAnotherEpoch(t *testing.T) {
	p := newPlayed(t, 1, event(1, epoch))
	s := p.open(t, Options{})
	if _, err := s.Read(t.Context(), key, 1); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.mu.score = score(0, "bbbbbb", "not_started")
	p.mu.Unlock()
	s.lookAgain()
	until(t, "the old one is dropped", func() bool { return s.Followed() == 0 })
	if _, err := s.Read(t.Context(), key, 1); !errors.Is(err, store.ErrUnavailable) {
		t.Error(err)
	}
	e, err := s.Get(t.Context(), "match/"+theMatch)
	if err != nil || !strings.Contains(string(e.Value), "bbbbbb") {
		t.Errorf("%s, %v", e.Value, err)
	}
}

// An edge of an edge that has lost its origin is no more sure than that one.
func TestBehind(t *testing.T) {
	p := newPlayed(t, 0)
	s := p.open(t, Options{})
	if _, err := s.End(t.Context()); err != nil || s.Knows() != nil {
		t.Fatal(err, s.Knows())
	}
	is := func(behind bool) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.mu.behind = behind
	}
	is(true)
	until(t, "it is not sure", func() bool { return errors.Is(s.Knows(), store.ErrUnavailable) })
	if _, err := s.End(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Error(err)
	}
	is(false)
	until(t, "it is sure again", func() bool { return s.Knows() == nil })
}

func TestChangesOf(t *testing.T) {
	for tag, want := range map[string]int{`"17-k3f9a2"`: 0, `"17-k3f9a2.2"`: 2, `W/"17-k3f9a2.12"`: 12, `"17-k3f9a2.2-gzip"`: 2, `"17-k3f9a2-gzip"`: 0, "": 0, `"x.y"`: 0, `"1.-3"`: 0} {
		if got := changesOf(tag); got != want {
			t.Errorf("%s: %d, want %d", tag, got, want)
		}
	}
}

func TestMayForward(t *testing.T) {
	for origin, may := range map[string]bool{"https://a.example": true, "http://a.example": false, "http://192.0.2.1": false, "http://127.0.0.1:8888": true, "http://localhost:1": true, "http://[::1]:1": true, "http://127.0.0.1.example": false} {
		if err := MayForward(origin); (err == nil) != may {
			t.Errorf("%s: %v", origin, err)
		}
	}
}

// TestNoPasswordIsShown: an origin has none, and one that is given is not said again.
func TestNoPasswordIsShown(t *testing.T) {
	for _, origin := range []string{"https://me:hush@origin.example", "https://hush@origin.example", "https://me:hush%zz@origin.example", "https://me:hu/hush@origin.example?x", "http://me:hush@h:x"} {
		s, err := Open(Options{Origin: origin})
		if err == nil {
			s.Close()
			t.Errorf("%s was taken", origin)
		}
		for _, err := range []error{err, MayForward(origin)} {
			if err != nil && strings.Contains(err.Error(), "hush") {
				t.Errorf("%s: the error shows the password: %v", origin, err)
			}
		}
	}
}

// TestOneOrigin: a list of origins is none, and is not taken for a strange host.
func TestOneOrigin(t *testing.T) {
	for _, origin := range []string{"https://a.example,https://b.example", "https://a.example,b.example"} {
		s, err := Open(Options{Origin: origin})
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "expected one address") {
			t.Errorf("%s: %v", origin, err)
		}
	}
}
