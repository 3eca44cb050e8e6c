package edge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/wire"
)

const (
	// asks is how often the origin is asked whether it is there, and away how
	// long nothing may be heard of it before it is said not to be.
	asks = 2 * time.Second
	away = 8 * time.Second
	// longestPath is how many edges there may be from one to its origin.
	longestPath = 16
)

var errLoop = errors.New("the origin follows this edge, by itself or by others: expected an origin that does not")

// hears notes that something came of the stream of all matches.
func (v *vital) hears() { v.heard.Store(int64(time.Since(v.began))) }

// quiet is for how long nothing has been heard.
func (v *vital) quiet() time.Duration { return time.Since(v.began) - time.Duration(v.heard.Load()) }

// absent is why nothing is known of the origin now; nil if it is there.
func (s *Store) absent() error {
	if q := s.vital.quiet(); q > away {
		return fmt.Errorf("%w: nothing has been heard of the origin %s for %d s", store.ErrUnavailable, s.origin.base, int(q.Seconds()))
	}
	if s.vital.behind.Load() {
		return fmt.Errorf("%w: the origin %s says that it may be behind itself", store.ErrUnavailable, s.origin.base)
	}
	return nil
}

// keepVital asks the origin again and again whether it is there, and by whom it
// is fed itself.
func (s *Store) keepVital(ctx context.Context) {
	tick := time.NewTicker(asks)
	defer tick.Stop()
	for {
		if err := s.ask(ctx); err == nil && s.vital.board.Load() {
			s.vital.hears()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// ask the origin for its path.
func (s *Store) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, asks)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.origin.base+"/1/nodes", nil)
	if err != nil {
		return err
	}
	s.origin.sign(r)
	response, err := s.origin.client.Do(r) // not behind others: that they wait says nothing of the origin
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return refusal(response)
	}
	s.vital.behind.Store(response.Header.Get(wire.StaleHeader) != "")
	var path []string
	if text := response.Header.Get(wire.PathHeader); text != "" {
		path = strings.Split(strings.ReplaceAll(text, " ", ""), ",")
	}
	loop := slices.Contains(path, s.id) || len(path) > longestPath
	if loop != s.vital.loop.Swap(loop) && loop {
		s.log.Error("this edge is fed by itself", "address", s.origin.base, "cause", errLoop)
	}
	path = append([]string{s.id}, path...)
	s.vital.path.Store(&path)
	if loop {
		return errLoop
	}
	return nil
}

// Path is what wire.PathHeader says.
func (s *Store) Path() string {
	if p := s.vital.path.Load(); p != nil {
		return strings.Join((*p)[:min(len(*p), longestPath+1)], ", ")
	}
	return s.id
}

// Listed as store.Partial has it.
func (s *Store) Listed() error {
	switch {
	case s.vital.loop.Load():
		return fmt.Errorf("%w: %w", store.ErrUnavailable, errLoop)
	case !s.listed.Load():
		return fmt.Errorf("%w: the origin %s has not told yet which matches there are", store.ErrUnavailable, s.origin.base)
	}
	return nil
}

// Knows as store.Partial has it.
func (s *Store) Knows() error {
	if err := s.Listed(); err != nil {
		return err
	}
	return s.absent()
}
