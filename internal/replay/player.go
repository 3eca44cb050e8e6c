package replay

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/match"
)

// player plays one game. One goroutine.
type player struct {
	*Game
	read   func() (match.Timeline, error)
	script *script // of the timeline; there for as long as it is played
	speed  float64
	reset  bool
	force  bool
	api    *client.Client
	clock  client.Clock
	tell   func(Step)

	epoch string
	ids   []int64 // that the server gave to the lines stored so far
	done  int     // how many those are
	score Score   // as last heard of
}

func (p *player) play(ctx context.Context) Outcome {
	if ctx.Err() != nil {
		return Outcome{Game: p.Game, Err: fmt.Errorf("not begun: %w", context.Cause(ctx))}
	}
	t, err := p.read()
	if err == nil && (t.ID() != p.Match || len(t.Lines) != p.Lines) {
		err = fmt.Errorf("the timeline has changed since it was first read")
	}
	if err != nil {
		return Outcome{Game: p.Game, Err: err}
	}
	p.script = newScript(t, p.force)
	defer func() { p.script = nil }()
	played, err := p.run(ctx)
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("%d of %d events are stored: %w", p.done, p.Lines, context.Cause(ctx))
	}
	return Outcome{Game: p.Game, Score: p.score, Played: played, Err: err}
}

func (p *player) run(ctx context.Context) (played int, err error) {
	if err := p.prepare(ctx); err != nil {
		return 0, err
	}
	if err := p.catchUp(ctx); err != nil {
		return 0, err
	}
	p.tell(Step{Kind: Ready, Line: p.done, Text: p.readyText()})
	first := p.done
	if err := p.rest(ctx); err != nil {
		return p.done - first, err
	}
	if _, err := p.look(ctx); err != nil {
		return p.done - first, fmt.Errorf("reading the result: %w", err)
	}
	return p.done - first, p.score.differs(p.Record)
}

// rest plays the lines that are left. Each is due at a moment of its own,
// counted from the first of them: a late one delays none of the others.
func (p *player) rest(ctx context.Context) error {
	began, first := p.clock.Now(), p.done
	for p.done < p.Lines {
		if p.speed > 0 {
			passed := float64(p.script.lines[p.done].at-p.script.lines[first].at) / p.speed
			if err := p.clock.Until(ctx, began.Add(time.Duration(passed))); err != nil {
				return err
			}
		}
		if err := p.post(ctx); err != nil {
			return fmt.Errorf("event %d of the timeline (%s, line %d of the file): %w", p.done+1, p.script.lines[p.done].kind, p.done+2, err)
		}
	}
	return nil
}

// post plays the next line.
func (p *player) post(ctx context.Context) error {
	i := p.done
	body := p.script.request(i, p.ids)
	var stored event
	err := p.api.Call(ctx, http.MethodPost, p.path()+"/events", p.script.key(i, p.epoch, body), body, &stored)
	if client.Is(err, http.StatusNotFound) {
		return fmt.Errorf("the match was deleted while it was played: %w", err)
	}
	if err != nil {
		return p.refused(ctx, err)
	}
	if stored.epoch() != p.epoch {
		return p.anew(stored.Position)
	}
	p.ids = append(p.ids, stored.ID)
	p.done++
	if scores(stored.Kind) {
		if _, err := p.look(ctx); err != nil {
			return fmt.Errorf("reading the score: %w", err)
		}
	}
	p.tell(Step{Kind: Played, Line: p.done, Text: p.describe(stored, p.script.extraTime(i))})
	return nil
}

// refused is why an event could not be stored: perhaps it fits another history,
// and what the server says of it would lead astray.
func (p *player) refused(ctx context.Context, err error) error {
	if !client.Is(err, http.StatusConflict) {
		return err
	}
	if now, lost := p.look(ctx); lost == nil && epochOf(now.Position) != p.epoch {
		return p.anew(now.Position)
	}
	return err
}

func (p *player) anew(position string) error {
	return fmt.Errorf("the match was made anew while it was played (it stands at %s, the replay was in epoch %s); start again", position, p.epoch)
}

// scores says whether the score or the period has to be read after an event of
// this kind: only the server folds the match.
func scores(k match.Kind) bool {
	switch k {
	case match.Goal, match.Miss, match.Cancel, match.Amend, match.Penalties, match.Stop, match.Abandon:
		return true
	}
	return false
}

func (p *player) readyText() string {
	switch {
	case p.Lines == 0:
		return "the timeline has no events"
	case p.done == p.Lines:
		return "everything is played already (--reset plays it again)"
	case p.done > 0:
		return fmt.Sprintf("going on behind event %d of %d", p.done, p.Lines)
	}
	return fmt.Sprintf("%d events to play", p.Lines)
}
