// Package replay plays timelines: matches that lie in files. It is an operator
// like any other and knows a server only by its public API.
//
// # How nothing is played twice
//
// The journal is the only memory. Before it plays, a player reads the match's
// history, sees that it is the beginning of its timeline, and goes on behind
// it. While it plays, each event carries an Idempotency-Key that depends on
// nothing but the timeline, the match's epoch and the line; so a request whose
// answer was lost (the server went down, the network did) can be repeated
// until it is answered, by this run or by the next.
package replay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/match"
)

// DefaultGiveUp is how long a server may be without any success.
const DefaultGiveUp = 5 * time.Minute

// MaxSpeed is the highest speed that a match can have.
const MaxSpeed = 100_000

// Options say what is played, where, and how.
type Options struct {
	Timelines []match.Timeline
	Sources   []Source // played behind Timelines
	// Servers are base addresses (http://localhost:8888), independent of each
	// other: each gets all the matches.
	Servers []string
	// Token is the operator's. A token of scope match:<id> will do where the
	// match is there already.
	Token string
	// Speed is how many times faster than it really was, 0 to MaxSpeed; 0: as
	// fast as the events are taken. A match that is created gets this speed.
	Speed float64
	Reset bool // an old match is deleted first
	Force bool // add "force":true to each event
	// GiveUp is how long one request is repeated; 0: DefaultGiveUp.
	GiveUp time.Duration

	// Observe is told each step, one call at a time over all games; it must
	// not block for long, since all games wait for it. May be nil.
	Observe func(*Game, Step)

	Client *http.Client // nil: one of its own
	Clock  client.Clock // nil: the real one
}

// Source is a timeline that is read when its turn comes, so that a folder of
// ten thousand need not be in memory. It has been read once before: a game
// knows at its beginning what it will be.
type Source struct {
	Header match.Timeline // without lines
	Events int
	Read   func() (match.Timeline, error)
}

// Game is one timeline on one server.
type Game struct {
	Match       string // its id
	Home, Visit match.Team
	Server      string
	Lines       int           // events in the timeline
	Record      *match.Result // what the timeline says; nil: nothing
}

// StepKind says what a Step tells.
type StepKind int

const (
	// Ready: the match is there and Line events of the timeline with it.
	Ready StepKind = iota
	// Played: the event of line Line is stored.
	Played
	// Note: something that a person should know; the game goes on.
	Note
)

// Step is something that happened in a game.
type Step struct {
	Kind StepKind
	Line int    // how many events of the timeline are stored now
	Text string // for a person; one line
}

// Outcome is how a game ended.
type Outcome struct {
	*Game
	Score  Score // as the server has it at the end
	Played int   // events stored by this call
	// Err is nil if everything was played and the result is the record's (or
	// there is no record). It wraps ErrDiffers if the result is another, and
	// the context's error where that ended the game.
	Err error
}

// ErrDiffers: the match ended with another result than the record's.
var ErrDiffers = errors.New("the result is not the record's")

// hurried is how many games are played at once at speed 0: enough to keep a
// journal's disk busy, whatever the number of timelines.
const hurried = 16

// Play plays each timeline on each server and returns when all have ended or
// ctx has, the outcomes in the order of timelines, then servers. At a speed all
// go at the same time, as the matches did; at speed 0 some at a time, in order.
// The error is about the options only.
func Play(ctx context.Context, o Options) ([]Outcome, error) {
	if o.Clock == nil {
		o.Clock = client.RealClock{}
	}
	if o.GiveUp == 0 {
		o.GiveUp = DefaultGiveUp
	}
	players, err := o.players()
	if err != nil {
		return nil, err
	}
	atOnce := len(players)
	if o.Speed == 0 {
		atOnce = min(atOnce, hurried*len(o.Servers))
	}
	if o.Client == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = atOnce
		o.Client = &http.Client{Transport: transport}
		defer transport.CloseIdleConnections()
	}
	return playAll(ctx, players, atOnce, o.Client), nil
}

// players checks the options and makes a player for each game.
func (o Options) players() ([]*player, error) {
	if !(o.Speed >= 0 && o.Speed <= MaxSpeed) {
		return nil, fmt.Errorf("speed: expected 0 (as fast as possible) to %d, got %v", MaxSpeed, o.Speed)
	}
	var observing sync.Mutex
	observe := func(g *Game, s Step) {
		if o.Observe == nil {
			return
		}
		observing.Lock()
		defer observing.Unlock()
		o.Observe(g, s)
	}
	var sources []Source
	for _, t := range o.Timelines {
		sources = append(sources, Source{Header: t, Events: len(t.Lines), Read: func() (match.Timeline, error) { return t, nil }})
	}
	var players []*player
	seen := map[string]bool{}
	for _, source := range append(sources, o.Sources...) {
		t := source.Header
		id := t.ID()
		for _, server := range o.Servers {
			base, err := client.BaseURL(server)
			if err != nil {
				return nil, err
			}
			if seen[base+" "+id] {
				return nil, fmt.Errorf("%s is to be played twice on %s; give each match and each server once", id, base)
			}
			seen[base+" "+id] = true
			g := &Game{Match: id, Home: t.Home, Visit: t.Visit, Server: base, Lines: source.Events, Record: t.Result}
			p := &player{Game: g, read: source.Read, force: o.Force, speed: o.Speed, reset: o.Reset, clock: o.Clock,
				tell: func(step Step) { observe(g, step) }}
			p.api = &client.Client{Base: base, Token: o.Token, Clock: o.Clock, GiveUp: o.GiveUp,
				Note: func(text string) { p.tell(Step{Kind: Note, Line: p.done, Text: text}) }}
			players = append(players, p)
		}
	}
	return players, nil
}
