package web

import (
	"time"

	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// picture is where the script starts from: the keys it also finds in the data
// of a status, and the events so far, of which it makes everything else, as it
// does with those that the stream brings.
type picture struct {
	ID        string       `json:"id"`
	Position  string       `json:"position"`
	Home      string       `json:"home"`
	Visit     string       `json:"visit"`
	HomeName  string       `json:"home-name"`
	VisitName string       `json:"visit-name"`
	Status    match.Status `json:"status"`
	Speed     float64      `json:"speed"`

	Now    int64        `json:"now"` // the server's time: the browser's clock may be wrong
	Events []wire.Event `json:"events"`
}

func newPicture(v match.View, names [2]string, now time.Time) picture {
	p := picture{ID: v.Info.ID, Position: v.Position().String(), Home: v.State.Teams[match.Home], Visit: v.State.Teams[match.Visit],
		HomeName: names[match.Home], VisitName: names[match.Visit], Status: v.Status(), Speed: v.Info.Speed,
		Now: now.UnixMilli(), Events: []wire.Event{}}
	for _, x := range v.State.Log {
		e := wire.NewEvent(x.Event.Event(), v.Info.Epoch, false)
		if e.Data != nil {
			e.Data.HomePlayers, e.Data.VisitPlayers = nil, nil // the line-ups say it in order
		}
		p.Events = append(p.Events, e)
	}
	return p
}
