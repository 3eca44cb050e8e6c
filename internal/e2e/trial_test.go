package e2e

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// trial is one match on a cluster while things go wrong: an operator posts to nodes at
// random, watchers of every protocol are on all of them and come back wherever they may.
type trial struct {
	ctx      context.Context
	cluster  *cluster
	id       string
	watchers []*watcher
	watches  sync.WaitGroup
	posting  sync.WaitGroup
	stop     chan struct{} // closed: the operator is to end the match

	told     atomic.Int64 // events acknowledged
	last     atomic.Int64 // Unix nanoseconds of the last
	kinds    []string     // of the events, in order; the operator's until posting is done
	breaks   int
	wrong    atomic.Pointer[string]
	longest  time.Duration // without an acknowledgement
	attempts int
	cut      int // of them, connections that ended without an answer
}

// impatient gives up on a node that is frozen.
var impatient = &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func newTrial(t *testing.T, ctx context.Context, c *cluster, each int) *trial {
	t.Helper()
	s := &trial{ctx: ctx, cluster: c, stop: make(chan struct{})}
	c.start(t, s)
	s.id = c.nodes[0].operator().createSeed(t, "2026-01-01")
	for _, p := range c.nodes {
		s.knows(t, p)
	}
	for range each {
		for protocol := range protocols {
			w := &watcher{protocol: protocol, at: c.any, id: s.id, hash: sha256.New(), joined: make(chan struct{})}
			s.watchers = append(s.watchers, w)
			s.watches.Go(func() {
				if err := w.follow(ctx); err != nil {
					t.Error(err)
				}
			})
		}
	}
	for _, w := range s.watchers {
		select {
		case <-w.joined:
		case <-ctx.Done():
			t.Fatalf("a watcher by %s does not come in", w.protocol)
		}
	}
	s.posting.Go(s.operate)
	return s
}

// knows waits until a node has the match.
func (s *trial) knows(t *testing.T, p *process) {
	t.Helper()
	for {
		a, err := p.operator().ask("GET", "/1/match/"+s.id, "")
		if err == nil && a.status == http.StatusOK {
			return
		}
		if s.ctx.Err() != nil {
			t.Fatalf("a node does not hear of the match: %+v %v", a, err)
		}
		pause()
	}
}

// operate plays: the start, comments until it is to stop, and the end.
func (s *trial) operate() {
	s.last.Store(time.Now().UnixNano())
	if !s.post("start", startBody()) {
		return
	}
	for n := 0; ; n++ {
		select {
		case <-s.stop:
			_ = s.post("halftime", `{"kind":"halftime"}`) && s.post("continue", `{"kind":"continue"}`) && s.post("stop", `{"kind":"stop"}`)
			return
		case <-s.ctx.Done():
			return
		default:
		}
		if !s.post("comment", fmt.Sprintf(`{"kind":"comment","comment":"%d"}`, n)) {
			return
		}
	}
}

// post one event, to whatever node takes it: what is refused, lost or unknown is sent
// again with its key, to another.
func (s *trial) post(kind, body string) bool {
	want := int64(len(s.kinds) + 1)
	for s.ctx.Err() == nil {
		s.attempts++
		r, err := http.NewRequestWithContext(s.ctx, "POST", "http://"+s.cluster.any().http+"/1/match/"+s.id+"/events", strings.NewReader(body))
		if err != nil {
			panic(err)
		}
		r.Header.Set("Authorization", "Bearer "+operatorToken)
		r.Header.Set("Idempotency-Key", fmt.Sprint("event-", want))
		a, err := cmp.Or(s.cluster.asks, impatient).Do(r)
		if err != nil {
			if dialing := new(net.OpError); !errors.As(err, &dialing) || dialing.Op != "dial" {
				s.cut++
			}
			continue
		}
		text, err := io.ReadAll(a.Body)
		a.Body.Close()
		switch {
		case err != nil:
		case a.StatusCode == http.StatusCreated:
			o, err := parseObject(text)
			if err != nil || o.Position.ID != want {
				return s.went(fmt.Sprintf("event %d was answered %s (%v)", want, text, err))
			}
			now := time.Now()
			s.longest = max(s.longest, now.Sub(time.Unix(0, s.last.Swap(now.UnixNano()))))
			s.kinds = append(s.kinds, kind)
			s.told.Store(want)
			return true
		case a.StatusCode != http.StatusServiceUnavailable && a.StatusCode != http.StatusGatewayTimeout && a.StatusCode != http.StatusNotFound:
			return s.went(fmt.Sprintf("event %d was answered %s %s", want, a.Status, text))
		}
	}
	return false
}

func (s *trial) went(wrong string) bool {
	s.wrong.CompareAndSwap(nil, &wrong)
	return false
}

// goesOn waits until so many more events are acknowledged, and says how long the first
// of them took.
func (s *trial) goesOn(t *testing.T, events int64) time.Duration {
	t.Helper()
	began, from := time.Now(), s.told.Load()
	var first time.Duration
	for s.told.Load() < from+events {
		if first == 0 && s.told.Load() > from {
			first = time.Since(began)
		}
		if w := s.wrong.Load(); w != nil {
			t.Fatal(*w)
		}
		if s.ctx.Err() != nil {
			t.Fatalf("no event is taken any more, behind %d", s.told.Load())
		}
		pause()
	}
	return first
}

// pause lets other processes work.
func pause() { <-time.After(time.Millisecond) }

// whole waits until every node is ready and has as many events as one was told of before.
func (s *trial) whole(t *testing.T) {
	t.Helper()
	for i, p := range s.cluster.nodes {
		p.ready(t, s.ctx)
		for want := s.told.Load(); s.length(p) < want; pause() {
			if s.ctx.Err() != nil {
				t.Fatalf("%s has %d events, %d were acknowledged\n%s", s.cluster.names[i], s.length(p), want, p.stderr.String())
			}
		}
	}
}

func (s *trial) length(p *process) int64 {
	a, err := p.operator().ask("GET", "/1/match/"+s.id, "")
	if err != nil || a.status != http.StatusOK {
		return -1
	}
	f, err := parseObject([]byte(strings.Replace(a.body, `"id":"`+s.id+`",`, "", 1)))
	if err != nil && f.Position.ID == 0 {
		return -1
	}
	return f.Position.ID
}

// end ends the match and holds what must hold: every acknowledged event is there once,
// in the same order on every node, and every watcher has seen the same.
func (s *trial) end(t *testing.T) {
	t.Helper()
	close(s.stop)
	s.posting.Wait()
	s.watches.Wait()
	if w := s.wrong.Load(); w != nil {
		t.Fatal(*w)
	}
	hashes := map[string]string{}
	for _, w := range s.watchers {
		s.breaks += w.breaks
		if !slices.Equal(w.kinds, s.kinds) {
			t.Errorf("%s (%d breaks) saw %d events, %d were acknowledged", w.protocol, w.breaks, len(w.kinds), len(s.kinds))
		}
		sum := fmt.Sprintf("%x", w.hash.Sum(nil))
		if first, ok := hashes[w.protocol]; ok && first != sum {
			t.Errorf("two watchers by %s saw different bytes", w.protocol)
		}
		hashes[w.protocol] = sum
	}
	first := ""
	for i, p := range s.cluster.nodes {
		p.ready(t, s.ctx)
		for s.length(p) < int64(len(s.kinds)) && s.ctx.Err() == nil {
			pause()
		}
		a := p.operator().must(t, http.StatusOK, "GET", "/1/match/"+s.id+"/history", "")
		if first == "" {
			first = a.body
		}
		if events := p.operator().history(t, s.id); a.body != first || len(events) != len(s.kinds) {
			t.Errorf("%s has another history: %d events, %d were acknowledged", s.cluster.names[i], len(events), len(s.kinds))
		}
	}
	t.Logf("%d events in %d tries, %d watchers came back %d times, longest without an acknowledgement %v",
		len(s.kinds), s.attempts, len(s.watchers), s.breaks, s.longest.Round(time.Millisecond))
}
