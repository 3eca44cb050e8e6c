package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"matchstream/internal/client"
	"matchstream/internal/follow"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// past is what happened in a match before one began to watch it.
type past struct {
	timeline match.Timeline
	epoch    string
	meant    map[int64]match.Event // by id
}

func readPast(ctx context.Context, server *client.Client, m wire.Match) (past, error) {
	p := past{meant: map[int64]match.Event{}}
	_, p.epoch, _ = strings.Cut(m.Position, "-")
	b, err := download(ctx, server, m.ID)
	if err != nil {
		return p, err
	}
	p.timeline, err = match.ReadTimeline(bytes.NewReader(b))
	for i, l := range p.timeline.Lines {
		p.meant[int64(i+1)] = match.Event{Kind: l.Request.Kind, Details: l.Request.Details}
	}
	return p, err
}

// at is how the match stood at a position; false where that is not one of its
// history. The times do not matter for what it is asked for.
func (p past) at(position string) (follow.Status, bool) {
	at, err := match.ParsePosition(position)
	if err != nil || at.ID > int64(len(p.timeline.Lines)) || at.Epoch != "" && at.Epoch != p.epoch {
		return follow.Status{}, false
	}
	t := p.timeline
	v := match.View{Info: match.Info{ID: t.ID(), Home: t.Home.ID, Visit: t.Visit.ID, Date: t.Date},
		Teams: [2]match.Team{t.Home, t.Visit}, State: match.New(t.Home.ID, t.Visit.ID, 0)}
	for _, l := range t.Lines[:at.ID] {
		_, next, err := match.Check(v.State, l.Request, l.At, "")
		if err != nil {
			return follow.Status{}, false // the server's rules are newer
		}
		v.State = next
	}
	return follow.StatusOf(wire.NewMatch(v)), true
}

// corrected lists what an amend puts in the place of what was.
func corrected(e match.Event) string {
	var all map[string]json.RawMessage
	if json.Unmarshal(e.Body(), &all) != nil {
		return ""
	}
	var parts []string
	for _, key := range []string{"minute", "player", "player_team", "assist", "player_out", "player_in", "how", "card", "staff", "reason", "minutes", "outcome", "about", "comment"} {
		value, ok := all[key]
		if !ok {
			continue
		}
		var player struct{ Name string }
		var text any
		switch {
		case string(value) == "null":
			parts = append(parts, "no "+key)
		case json.Unmarshal(value, &player) == nil && player.Name != "":
			parts = append(parts, key+" "+player.Name)
		case json.Unmarshal(value, &text) == nil:
			parts = append(parts, fmt.Sprintf("%s %v", key, text))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " Now: " + strings.ReplaceAll(strings.Join(parts, ", "), "_", " ") + "."
}
