package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"matchstream/internal/match"
)

// ReadEvent reads the object of an event, as EventJSON makes it, back into the
// event, but for By, which is not in it. kindOf says of what kind an earlier
// event is: an amend's details are those of the event it amends, and of an x-
// kind they may have any name.
//
// What EventJSON makes of the result are the same bytes again.
func ReadEvent(object []byte, kindOf func(id int64) match.Kind) (match.Event, match.Position, error) {
	var o struct {
		ID        int64           `json:"id"`
		Position  string          `json:"position"`
		Timestamp int64           `json:"timestamp"`
		Kind      match.Kind      `json:"kind"`
		Data      json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(object, &o); err != nil {
		return match.Event{}, match.Position{}, fmt.Errorf("expected the object of an event: %w", err)
	}
	at, err := match.ParsePosition(o.Position)
	if err != nil || at.ID != o.ID || o.ID < 1 || at.Epoch == "" || o.Kind == "" {
		return match.Event{}, at, fmt.Errorf("expected an event with its id in its position, found id %d, position %.40q, kind %.40q", o.ID, o.Position, string(o.Kind))
	}
	e := match.Event{ID: o.ID, Timestamp: o.Timestamp, Kind: o.Kind}
	if len(o.Data) == 0 {
		return e, at, nil
	}
	extra := isExtra(e.Kind)
	if e.Kind == match.Amend {
		var d struct {
			Ref int64 `json:"ref"`
		}
		if err := json.Unmarshal(o.Data, &d); err != nil {
			return e, at, fmt.Errorf("data of event %d: %w", e.ID, err)
		}
		extra = isExtra(kindOf(d.Ref))
	}
	if extra {
		e.Details, err = extraDetails(o.Data, e.Kind == match.Amend)
	} else {
		e.Details, e.Forced, err = details(o.Data)
	}
	if err != nil {
		return e, at, fmt.Errorf("data of event %d: %w", e.ID, err)
	}
	return e, at, nil
}

func isExtra(k match.Kind) bool { return strings.HasPrefix(string(k), "x-") }

// extraDetails are those of an x- kind, or of an amend of one.
func extraDetails(object []byte, amend bool) (d match.Details, err error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(object, &all); err != nil {
		return d, err
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		value := all[key]
		switch {
		case amend && string(value) == "null":
			d.Removed = append(d.Removed, key)
		case key == "minute":
			err = json.Unmarshal(value, &d.Minute)
		case key == "comment":
			err = json.Unmarshal(value, &d.Comment)
		case key == "ref" && amend:
			err = json.Unmarshal(value, &d.Ref)
		default:
			if d.Extra == nil {
				d.Extra = make(map[string]json.RawMessage)
			}
			d.Extra[key] = value
		}
		if err != nil {
			return d, fmt.Errorf("%s: %w", key, err)
		}
	}
	return d, nil
}

// details are those of any other kind. What this program does not know, a newer
// one may have written: it is left out.
func details(object []byte) (d match.Details, forced bool, err error) {
	var in Data
	if err := json.Unmarshal(object, &in); err != nil {
		return d, false, err
	}
	return match.Details{
		Team:         in.Team,
		Player:       single(in.Player),
		PlayerIn:     single(in.PlayerIn),
		PlayerOut:    single(in.PlayerOut),
		PlayerTeam:   in.PlayerTeam,
		Assist:       single(in.Assist),
		Card:         in.Card,
		How:          in.How,
		Staff:        in.Staff,
		Coach:        in.Coach,
		Reason:       in.Reason,
		About:        in.About,
		Outcome:      in.Outcome,
		Ref:          in.Ref,
		Minutes:      in.Minutes,
		Players:      in.Players,
		Substitutes:  in.Substitutes,
		HomePlayers:  in.HomePlayers,
		VisitPlayers: in.VisitPlayers,
		Minute:       in.Minute,
		Comment:      in.Comment,
		Removed:      in.Removed,
	}, in.Forced, nil
}

// single is the one player of a list; nil for none.
func single(p Players) *match.Player {
	if len(p) == 0 {
		return nil
	}
	return &p[0]
}
