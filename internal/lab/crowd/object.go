package crowd

import (
	"encoding/json"
	"fmt"
	"slices"
)

// object is an event or a status as the streams of JSON have it.
type object struct {
	ID        *uint32         `json:"id"`
	Position  string          `json:"position"`
	Timestamp int64           `json:"timestamp"`
	Kind      string          `json:"kind"`
	Data      json.RawMessage `json:"data"`
	Resumed   *bool           `json:"resumed"`
}

// picture is what is looked at of a status.
type picture struct {
	ID     string `json:"id"`
	Home   string `json:"home"`
	Visit  string `json:"visit"`
	Period string `json:"period"`
}

// object reads one, and checks that it is whole and hangs together.
func (p *parser) object(data []byte) (f frame, kind, position string, err error) {
	var o object
	if err := json.Unmarshal(data, &o); err != nil {
		return f, "", "", fmt.Errorf("%w: %w", errObject, err)
	}
	if o.ID == nil || o.Timestamp <= 0 || !isKey(o.Kind, '-') {
		return f, "", "", errObject
	}
	f.kindOf(o.Kind)
	f.id, f.epoch, err = p.position([]byte(o.Position))
	if err != nil {
		return f, "", "", err
	}
	if f.id != *o.ID || f.id == 0 && o.Kind != "status" {
		return f, "", "", errObject
	}
	if o.Kind == "status" {
		f.kind = aStatus
		f.anew = o.Resumed != nil && !*o.Resumed
		f.stop, err = p.picture(o.Data)
	}
	return f, o.Kind, o.Position, err
}

// picture reads the data of a status: is it of our match, and has that ended?
func (p *parser) picture(data []byte) (ended bool, err error) {
	var s picture
	if err := json.Unmarshal(data, &s); err != nil {
		return false, fmt.Errorf("expected a match as the data of a status: %w", err)
	}
	if s.ID != p.match || s.Home != p.home || s.Visit != p.visit || !slices.Contains(periods, s.Period) {
		return false, fmt.Errorf("expected a status of %s, with its teams and its period", p.match)
	}
	return s.Period == "ended", nil
}
