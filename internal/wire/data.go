package wire

import (
	"encoding/json"
	"reflect"
	"slices"

	"matchstream/internal/match"
)

// Data is the details of an event, in the order in which they are written.
type Data struct {
	PlayerOut    Players        `json:"player_out,omitempty"`
	Player       Players        `json:"player,omitempty"`
	Card         string         `json:"card,omitempty" enum:"yellow,red"`
	Team         string         `json:"team,omitempty" doc:"The side the event counts for"`
	PlayerIn     Players        `json:"player_in,omitempty"`
	PlayerTeam   string         `json:"player_team,omitempty" doc:"The scorer's side, where it was an own goal"`
	Players      []match.Player `json:"players,omitempty"`
	Substitutes  []match.Player `json:"substitutes,omitempty"`
	Coach        string         `json:"coach,omitempty"`
	HomePlayers  Players        `json:"home_players,omitempty"`
	VisitPlayers Players        `json:"visit_players,omitempty"`
	HomeLineup   []match.Player `json:"home_lineup,omitempty" doc:"home_players in order"`
	VisitLineup  []match.Player `json:"visit_lineup,omitempty" doc:"visit_players in order"`
	Minutes      *int           `json:"minutes,omitempty" doc:"Added time"`
	Assist       Players        `json:"assist,omitempty"`
	How          string         `json:"how,omitempty" enum:"penalty,header,freekick"`
	Staff        string         `json:"staff,omitempty"`
	Reason       string         `json:"reason,omitempty"`
	About        string         `json:"about,omitempty" enum:"goal,penalty,card,other"`
	Outcome      string         `json:"outcome,omitempty" enum:"open,stands,overturned"`
	Ref          int64          `json:"ref,omitempty" doc:"Id of the event meant"`

	// Extra holds the details of an x- kind; they stand here, by their keys.
	Extra map[string]json.RawMessage `json:"-"`

	Minute  string `json:"minute,omitempty" example:"45+2"`
	Comment string `json:"comment,omitempty"`
	Forced  bool   `json:"forced,omitempty" doc:"The rules doubted it, the operator insisted"`
	By      string `json:"by,omitempty" doc:"Name of the operator's token; shown to operators only"`

	// Removed names the details that an amend takes away: null in the object,
	// the one place where null is shown, so that clients see what went.
	Removed []string `json:"-"`

	_ struct{} `json:"-" additionalProperties:"true"` // of x- kinds, for the description
}

func newData(e match.Event, showBy bool) Data {
	d := Data{
		PlayerOut:    one(e.PlayerOut),
		Player:       one(e.Player),
		Card:         e.Card,
		Team:         e.Team,
		PlayerIn:     one(e.PlayerIn),
		PlayerTeam:   e.PlayerTeam,
		Players:      e.Players,
		Substitutes:  e.Substitutes,
		Coach:        e.Coach,
		HomePlayers:  e.HomePlayers,
		VisitPlayers: e.VisitPlayers,
		HomeLineup:   e.HomePlayers,
		VisitLineup:  e.VisitPlayers,
		Minutes:      e.Minutes,
		Assist:       one(e.Assist),
		How:          e.How,
		Staff:        e.Staff,
		Reason:       e.Reason,
		About:        e.About,
		Outcome:      e.Outcome,
		Ref:          e.Ref,
		Extra:        e.Extra,
		Minute:       e.Minute,
		Comment:      e.Comment,
		Forced:       e.Forced,
		Removed:      e.Removed,
	}
	if showBy {
		d.By = e.By
	}
	return d
}

func (d Data) isEmpty() bool {
	v := reflect.ValueOf(d)
	for i, key := range keys {
		if key != "" && !isAbsent(v.Field(i)) {
			return false
		}
	}
	return len(d.Extra) == 0 && len(d.Removed) == 0
}

// MarshalJSON writes the details that are there, in the fields' order. It is
// written out because of Extra and Removed, which have no fixed keys.
func (d Data) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range d.members() {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, encode(m.key)...)
		b = append(b, ':')
		b = append(b, m.value...)
	}
	return append(b, '}'), nil
}

// UnmarshalJSON reads details back. Nulls go to Removed; what fits no field,
// as an x- kind may have it, to Extra.
func (d *Data) UnmarshalJSON(b []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		return err
	}
	*d = Data{}
	v := reflect.ValueOf(d).Elem()
	for key, value := range all {
		if string(value) == "null" {
			d.Removed = append(d.Removed, key)
			continue
		}
		if i := slices.Index(keys, key); key != "" && i >= 0 {
			field := reflect.New(v.Field(i).Type())
			if json.Unmarshal(value, field.Interface()) == nil {
				v.Field(i).Set(field.Elem())
				continue
			}
		}
		if d.Extra == nil {
			d.Extra = map[string]json.RawMessage{}
		}
		d.Extra[key] = value
	}
	slices.Sort(d.Removed)
	return nil
}
