// Package faulty is servers made to be wrong, each in a known way, for tests: what finds
// faults has to find these, and nothing in a right one.
//
// A Server speaks the three protocols of MatchStream and as much of its API as watchers
// and the lab's operator use, in the simplest way that is surely right: a goroutine for
// each connection, and one write for each frame. It has no code in common with the
// server proper, nor with those who are tested against it. A Fault says what it does
// wrong; the zero Fault is nothing. It keeps a record of what it has really done, and
// when: a test compares what was found with that.
//
// It differs from a MatchStream in this: it knows only the kinds start, halftime,
// continue, stop and comment; anybody may post; a watcher by lines who shuts down his
// sending side has left.
package faulty

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Match is one that each server has from the start on.
const Match = "faa-fab-2026-01-01"

// Server is one that runs. Its methods may be called by any goroutine.
type Server struct {
	fault Fault
	lines *door
	web   *door
	http  *http.Server
	ctx   context.Context // until Close
	stop  context.CancelFunc
	works sync.WaitGroup

	posting sync.Mutex
	first   map[string]*firstTime // posting: what was answered, by path and Idempotency-Key

	mu struct {
		sync.Mutex
		matches map[string]*game
		teams   map[string]string // names by id
		conns   map[net.Conn]bool // open
		asked   map[string]int    // requests by route
		coming  int               // watchers so far
		now     int               // watchers who count for Users
		left    chan struct{}     // closed when one leaves
		news    chan struct{}     // closed when the record changes
		record  Record
	}
}

// Start starts a server on free ports of 127.0.0.1. Close has to be called.
func Start(f Fault) (*Server, error) {
	s := &Server{fault: f}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.mu.matches, s.mu.teams = map[string]*game{}, map[string]string{"faa": "Faulty A", "fab": "Faulty B"}
	s.first, s.mu.asked = map[string]*firstTime{}, map[string]int{}
	s.mu.conns, s.mu.left, s.mu.news = map[net.Conn]bool{}, make(chan struct{}), make(chan struct{})
	s.mu.record = Record{Done: map[Deed]int64{}, Answers: map[int]int64{}}
	s.mu.matches[Match] = newGame("faa", "fab", "2026-01-01")
	var err error
	if s.lines, err = s.open(); err != nil {
		return nil, err
	}
	if s.web, err = s.open(); err != nil {
		s.lines.Close()
		return nil, err
	}
	s.http = &http.Server{
		Handler:  s.routes(),
		ErrorLog: log.New(quiet{}, "", 0),
	}
	s.works.Go(s.greetAll)
	s.works.Go(func() { s.http.Serve(s.web) }) //nolint:errcheck // Close ends it
	return s, nil
}

// quiet throws away what net/http says of clients.
type quiet struct{}

func (quiet) Write(p []byte) (int, error) { return len(p), nil }

// URL is the base of the API: http://127.0.0.1:41234.
func (s *Server) URL() string { return "http://" + s.web.Addr().String() }

// Lines is the address of the line protocol: 127.0.0.1:41235.
func (s *Server) Lines() string { return s.lines.Addr().String() }

// Happen puts an event into Match: start, halftime, continue, stop, or comment with a
// text. Its number is returned: from 1, without holes.
func (s *Server) Happen(kind, comment string) (int64, error) {
	e, err := s.happen(s.game(Match), posted{Kind: kind, Comment: comment})
	if err != nil {
		return 0, fmt.Errorf("%s in %s: %w", kind, Match, err)
	}
	return e.id, nil
}

// Close hangs up on everybody, and waits until nothing runs any more.
func (s *Server) Close() {
	s.mu.Lock()
	s.stop()
	s.mu.Unlock()
	s.lines.Close()
	s.http.Close()
	s.mu.Lock()
	for c := range s.mu.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.works.Wait()
}

// begin counts a request as something that Close waits for; false: it is too late.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return false
	}
	s.works.Add(1)
	return true
}

// happen stores an event, and notes it.
func (s *Server) happen(g *game, p posted) (event, error) {
	e, err := g.append(p)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.mu.record.Posted = append(s.mu.record.Posted, Posted{g.id, e.id, e.at})
	}
	return e, err
}

// game is a match by its id; nil: there is none.
func (s *Server) game(id string) *game {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.matches[id]
}

// sleep waits for d; false: the server was closed meanwhile, or what gone stands for.
func (s *Server) sleep(d time.Duration, gone <-chan struct{}) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-gone:
	case <-s.ctx.Done():
	}
	return false
}
