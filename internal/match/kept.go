package match

import "reflect"

// Kept is an event in memory. An Event has room for the details of every kind;
// a match has hundreds, of which most have few, so the others lie apart.
// Immutable, and shared by all states that have it.
type Kept struct {
	ID        int64
	Timestamp int64 // Unix milliseconds
	Ref       int64
	Kind      Kind
	Minute    string

	by, team, card, comment             string
	player, assist, playerIn, playerOut *Player
	forced                              bool
	rare                                *Details // what has no place above; nil: nothing
}

// keep is an event as it is kept.
func keep(e Event) *Kept {
	d := &e.Details
	k := &Kept{ID: e.ID, Timestamp: e.Timestamp, Ref: d.Ref, Kind: e.Kind, Minute: d.Minute,
		by: e.By, team: d.Team, card: d.Card, comment: d.Comment,
		player: d.Player, assist: d.Assist, playerIn: d.PlayerIn, playerOut: d.PlayerOut, forced: e.Forced}
	d.Ref, d.Minute, d.Team, d.Card, d.Comment = 0, "", "", "", ""
	d.Player, d.Assist, d.PlayerIn, d.PlayerOut = nil, nil, nil, nil
	if !reflect.ValueOf(d).Elem().IsZero() {
		rare := *d
		k.rare = &rare
	}
	return k
}

// Event is the whole of it.
func (k *Kept) Event() Event {
	e := Event{ID: k.ID, Timestamp: k.Timestamp, Kind: k.Kind, Forced: k.forced, By: k.by}
	if k.rare != nil {
		e.Details = *k.rare
	}
	d := &e.Details
	d.Ref, d.Minute, d.Team, d.Card, d.Comment = k.Ref, k.Minute, k.team, k.card, k.comment
	d.Player, d.Assist, d.PlayerIn, d.PlayerOut = k.player, k.assist, k.playerIn, k.playerOut
	return e
}
