package edge

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A match that the stream has told of, and that is deleted while the stream stalls, goes
// with the next list that does not name it; but not one that was told of just now, which
// another node of the origin may not know yet.
func TestDeletedWhileTheStreamStalled(t *testing.T) {
	for _, c := range []struct {
		name string
		ago  time.Duration
		kept bool
	}{{"long ago", settled, false}, {"just now", 0, true}} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlayed(t, 0)
			s := p.open(t, Options{})
			n := &session{Store: s}
			n.mu.heard = map[string]time.Time{"match/" + theMatch: time.Now().Add(-c.ago)}
			p.mu.Lock()
			p.mu.score = ""
			p.mu.Unlock()
			if _, err := n.list(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, kept := s.known()[theMatch]; kept != c.kept {
				t.Errorf("it is kept: %v, want %v", kept, c.kept)
			}
		})
	}
}

// A node of the origin that may be behind does not know what was made of late: what its
// list does not name is not gone. The list is read again, and believed once it is whole.
func TestListOfANodeBehind(t *testing.T) {
	p := newPlayed(t, 0)
	s := p.open(t, Options{})
	n := &session{Store: s}
	for _, behind := range []bool{true, false} {
		p.mu.Lock()
		p.mu.score, p.mu.behind = "", behind
		p.mu.Unlock()
		whole, err := n.list(t.Context())
		if err != nil || whole == behind {
			t.Errorf("behind %v: whole %v, %v", behind, whole, err)
		}
		if _, kept := s.known()[theMatch]; kept != behind {
			t.Errorf("behind %v: it is kept: %v", behind, kept)
		}
	}
}

// playing is an origin without a network.
type playing func(*http.Request) *http.Response

func (p playing) RoundTrip(r *http.Request) (*http.Response, error) { return p(r), nil }

// A list of a node that may be behind is read again soon, and a whole one is not.
func TestListIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, nowhere := newOrigin("http://origin.example", "e", nil), ""
		o.here.ip.Store(&nowhere)
		board, end := io.Pipe()
		var lists atomic.Int64
		o.client.Transport = playing(func(r *http.Request) *http.Response {
			w := httptest.NewRecorder()
			switch r.URL.Path {
			case "/1/stream":
				w.Header().Set("Content-Type", "text/event-stream")
				answer := w.Result()
				answer.Body = board
				return answer
			case "/1/matches":
				if lists.Add(1) == 1 {
					w.Header().Set("Match-Stream-Stale", "3")
				}
			}
			w.WriteString("[]")
			return w.Result()
		})
		s := &Store{log: slog.New(slog.DiscardHandler), origin: o, again: make(chan struct{}, 1)}
		s.vital.began = time.Now()
		ended := make(chan error, 1)
		go func() {
			_, err := s.follows(t.Context(), func() {})
			ended <- err
		}()
		for _, c := range []struct {
			after time.Duration
			lists int64
		}{{0, 1}, {settled - 1, 1}, {1, 2}, {2 * settled, 2}} {
			<-time.After(c.after)
			if synctest.Wait(); lists.Load() != c.lists {
				t.Errorf("%v later it was read %d times, want %d", c.after, lists.Load(), c.lists)
			}
		}
		end.Close()
		if err := <-ended; !errors.Is(err, io.EOF) {
			t.Error(err)
		}
	})
}

// A stream that was silent for longer than its heartbeat may have been moved forward
// over what is gone: the list is read again. That its heartbeat is slow is no reason.
func TestTheStreamStalled(t *testing.T) {
	n := &session{Store: &Store{again: make(chan struct{}, 1)}}
	now := time.Now()
	for _, c := range []struct {
		after time.Duration
		again int
	}{{0, 0}, {stalled, 0}, {stalled + 1, 1},
		{silent / 2, 1}, {silent / 2, 0}, {time.Second, 0}, {silent/2 + steady, 0}, // a heartbeat
		{silent / 3 * 2, 1}, {silent / 2, 1}, {silent / 2, 0}} {
		now = now.Add(c.after)
		if n.hears(now); len(n.again) != c.again {
			t.Errorf("after %v: asked for again %d times, want %d", c.after, len(n.again), c.again)
		}
		select {
		case <-n.again:
		default:
		}
	}
}
