package replay

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"matchstream/internal/match"
	"matchstream/internal/words"
)

// catchUp reads the history and sets done behind what is played already. The
// history must be the beginning of the timeline; comments and x- events of
// other operators may stand between, since they change nothing.
func (p *player) catchUp(ctx context.Context) error {
	var history []event
	// since with the epoch: should the match be made anew just now, this is
	// refused instead of mixing the two.
	path := p.path() + "/history?since=" + url.QueryEscape("0-"+p.epoch)
	if err := p.api.Call(ctx, http.MethodGet, path, "", nil, &history); err != nil {
		return fmt.Errorf("reading the history: %w", err)
	}
	ids, err := p.script.follow(history)
	if err != nil {
		return err
	}
	p.ids, p.done = ids, len(ids)
	return nil
}

// follow returns the ids that the script's first lines have in the history.
func (s *script) follow(history []event) ([]int64, error) {
	var ids []int64
	for _, e := range history {
		i := len(ids)
		switch {
		case i < len(s.lines) && s.shows(i, e, ids):
			ids = append(ids, e.ID)
		case harmless(e.Kind):
		case i == len(s.lines):
			return nil, fmt.Errorf("the match has gone on behind the timeline's end: event %d is %s; --reset deletes the match and plays it from the start", e.ID, e.Kind)
		default:
			return nil, fmt.Errorf("the match has another history: its event %d is %s, where the timeline has %s as its event %d%s; --reset deletes the match and plays it from the start",
				e.ID, e.brief(), s.lines[i].brief(), i+1, sameKind(e, s.lines[i]))
		}
	}
	return ids, nil
}

// harmless kinds change nothing in a match.
func harmless(k match.Kind) bool {
	return k == match.Comment || strings.HasPrefix(string(k), "x-")
}

func sameKind(e event, l line) string {
	if e.Kind == l.kind {
		return " (other details)"
	}
	return ""
}

// brief is an event in a few words: its kind, the team, the player.
func (e event) brief() string { return brief(e.Kind, e.Data) }

func (l line) brief() string { return brief(l.kind, l.details) }

func brief(k match.Kind, d details) string {
	said := []string{string(k)}
	for _, w := range []string{d.text("team"), d.player("player")} {
		if w != "" {
			said = append(said, w)
		}
	}
	return words.Plain(strings.Join(said, " "))
}
