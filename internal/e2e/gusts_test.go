package e2e

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// round is one storm: all of it at once, on a match of its own.
func (s *stormy) round(number int, long time.Duration) {
	s.Helper()
	day := time.Date(2026, 2, 1+number, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	id := s.createSeed(s, day)
	ctx, cancel := context.WithTimeout(s.ctx, long)
	defer cancel()
	watching := crowd(s.T, s.process, id, 30)
	var all, watches sync.WaitGroup
	for _, w := range watching {
		w.SetDeadline(time.Now().Add(long + patience))
		watches.Go(func() {
			if err := w.toTheEnd(); err != nil {
				s.Error(err)
			}
		})
	}
	for _, gust := range []func(context.Context, string){s.crowds, s.nonsense, s.nonsense, s.stalls, s.silence, s.guesses, s.seasons} {
		all.Go(func() { gust(ctx, id) })
	}
	var stored int64
	for ctx.Err() == nil {
		s.must(s, http.StatusCreated, "POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"in the storm"}`)
		stored++
		time.Sleep(time.Millisecond)
	}
	all.Wait()
	s.must(s, http.StatusNoContent, "DELETE", "/1/match/"+id, "")
	watches.Wait()
	for _, w := range watching {
		if w.last != stored {
			s.Errorf("one on %s saw %d events of %d", w.protocol, w.last, stored)
		}
		w.Close()
	}
}

// crowds come and go, some in the middle of a word.
func (s *stormy) crowds(ctx context.Context, id string) {
	var came atomic.Int64
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for ctx.Err() == nil {
				if err := visit(s.addresses, id, int(came.Add(1))); err != nil {
					s.Errorf("a visitor: %v", err)
					return
				}
			}
		})
	}
	clients.Wait()
}

// lies are requests that are not what they say. What stands for itself is cut
// anywhere, and then followed by anything.
var lies = []string{
	"POST /1/matches HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + operatorToken + "\r\nContent-Length: 9999\r\n\r\n{\"home\":\"elp\"",
	"POST /1/match/%s/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + operatorToken + "\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n{\"kind\":\"goal\"",
	"POST /1/match/%s/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}",
	"GET /1/match/%s/stream HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 9999999999999999999999-x\r\n\r\n",
	"GET /1/match/%s/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\x05hello\xff\xff\xff",
	"VERSION:1:CONNECT:me:MATCH:%s:SINCE:7-zzzzzz\r\n",
	"VERSION:1:CONNECT:" + strings.Repeat("x", 600),
	"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
	"GET / HTTP/1.1\r\n" + strings.Repeat("X: y\r\n", 10000),
}

// nonsense is talked to both ports.
func (s *stormy) nonsense(ctx context.Context, id string) {
	for ctx.Err() == nil {
		address := []string{s.addresses.http, s.addresses.tcp}[rand.N(2)]
		says := strings.ReplaceAll(lies[rand.N(len(lies))], "%s", id)
		if rand.N(2) == 0 {
			says = says[:rand.N(len(says)+1)]
		}
		if rand.N(3) == 0 {
			junk := make([]byte, rand.N(2000))
			for i := range junk {
				junk[i] = byte(rand.Uint32())
			}
			says += string(junk)
		}
		c, err := net.Dial("tcp", address)
		if err != nil {
			s.Errorf("who talks nonsense: %v", err)
			return
		}
		c.SetDeadline(time.Now().Add(20 * time.Millisecond))
		io.WriteString(c, says)
		io.Copy(io.Discard, c)
		c.Close()
	}
}

// stalls are watchers that take nothing, and then go, or are closed.
func (s *stormy) stalls(ctx context.Context, id string) {
	var all []net.Conn
	for range 50 {
		for protocol := range protocols {
			w, err := call(protocol, s.addresses, id)
			if err != nil {
				s.Errorf("who stalls: %v", err)
				return
			}
			w.Conn.(*net.TCPConn).SetReadBuffer(1)
			all = append(all, w)
		}
	}
	<-ctx.Done()
	for i, c := range all {
		if i%2 == 0 {
			c.(*raw).Conn.(*net.TCPConn).SetLinger(0)
		}
		c.Close()
	}
}

// silence is kept by those who connect and say nothing, until they are closed.
func (s *stormy) silence(ctx context.Context, _ string) {
	for ctx.Err() == nil {
		var all []net.Conn
		for i := range 200 {
			c, err := net.Dial("tcp", []string{s.addresses.http, s.addresses.tcp}[i%2])
			if err != nil {
				s.Errorf("who is silent: %v", err)
				return
			}
			all = append(all, c)
		}
		select {
		case <-ctx.Done():
		case <-time.After(3 * time.Second): // longer than the handshake may take
		}
		for _, c := range all {
			c.Close()
		}
	}
}

// guesses are made at tokens: none is right, and nothing is changed.
func (s *stormy) guesses(ctx context.Context, id string) {
	// From an address of their own: a chosen token, like that of these tests, may be
	// refused on a new connection from where somebody guesses that fast.
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 3, 1)}}
	guesser := &http.Client{Transport: &http.Transport{DialContext: d.DialContext, DisableKeepAlives: true}}
	for ctx.Err() == nil {
		r, err := http.NewRequestWithContext(ctx, "POST", "http://"+s.addresses.http+"/1/match/"+id+"/events", strings.NewReader(`{"kind":"stop"}`))
		if err != nil {
			s.Error(err)
			return
		}
		r.Header.Set("Authorization", fmt.Sprintf("Bearer %s%d", operatorToken, rand.Uint64()))
		a, err := guesser.Do(r)
		if err != nil {
			continue // the time is over, or he was held back for longer than he waits
		}
		a.Body.Close()
		if a.StatusCode != http.StatusUnauthorized && a.StatusCode != http.StatusTooManyRequests {
			s.Errorf("a guess was answered %s", a.Status)
		}
	}
}

// seasons are matches that are made, played, read and deleted.
func (s *stormy) seasons(ctx context.Context, _ string) {
	for n := 0; ctx.Err() == nil; n++ {
		day := time.Date(2030, 1, 1+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		match := "/1/match/elp-tig-" + day
		for _, step := range []struct {
			status       int
			method, path string
			body         string
		}{
			{http.StatusCreated, "POST", "/1/matches", `{"home":"elp","visit":"tig","date":"` + day + `"}`},
			{http.StatusCreated, "POST", match + "/events", startBody()},
			{http.StatusConflict, "POST", match + "/events", startBody()},
			{http.StatusCreated, "POST", match + "/events", `{"kind":"goal","team":"elp","player":7}`},
			{http.StatusCreated, "POST", match + "/events", `{"kind":"cancel","ref":2}`},
			{http.StatusOK, "GET", match + "/history?since=2", ""},
			{http.StatusNoContent, "DELETE", match, ""},
			{http.StatusNotFound, "GET", match, ""},
		} {
			if a, err := s.ask(step.method, step.path, step.body); err != nil || a.status != step.status {
				s.Errorf("%s %s %s: %+v, want %d, %v", step.method, step.path, step.body, a, step.status, err)
				return
			}
		}
	}
}
