package replay

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"matchstream/internal/client"
	"matchstream/internal/match"
)

// standing is what a player needs of GET /1/match/{id}.
type standing struct {
	Position       string       `json:"position"`
	Period         match.Period `json:"period"`
	HomeName       string       `json:"home-name"`
	VisitName      string       `json:"visit-name"`
	Speed          float64      `json:"speed"`
	HomeScore      int          `json:"home-score"`
	VisitScore     int          `json:"visit-score"`
	HomePenalties  int          `json:"home-penalties"`
	VisitPenalties int          `json:"visit-penalties"`
}

func (p *player) path() string { return "/1/match/" + url.PathEscape(p.Match) }

// look reads the match as it stands.
func (p *player) look(ctx context.Context) (standing, error) {
	var now standing
	if err := p.api.Call(ctx, http.MethodGet, p.path(), "", nil, &now); err != nil {
		return now, err
	}
	p.score = Score{Home: now.HomeScore, Visit: now.VisitScore, HomePenalties: now.HomePenalties, VisitPenalties: now.VisitPenalties, Period: now.Period}
	return now, nil
}

// prepare sees to it that the match is there, and its teams.
func (p *player) prepare(ctx context.Context) error {
	if p.reset {
		err := p.api.Call(ctx, http.MethodDelete, p.path(), "", nil, nil)
		if err != nil && !client.Is(err, http.StatusNotFound) {
			return fmt.Errorf("deleting the old match: %w", err)
		}
	}
	now, err := p.look(ctx)
	if client.Is(err, http.StatusNotFound) {
		if err := p.create(ctx); err != nil {
			return err
		}
		now, err = p.look(ctx)
	}
	if err != nil {
		return fmt.Errorf("reading the match: %w", err)
	}
	p.epoch = epochOf(now.Position)
	if now.Speed != p.speed {
		p.tell(Step{Kind: Note, Text: fmt.Sprintf("the match was created with speed %v and is played at %v: its clock will not fit (--reset makes it anew)", now.Speed, p.speed)})
	}
	return nil
}

func (p *player) create(ctx context.Context) error {
	t := p.script.timeline
	for _, team := range []match.Team{t.Home, t.Visit} {
		if err := p.team(ctx, team); err != nil {
			return fmt.Errorf("team %s: %w", team.ID, err)
		}
	}
	body, err := json.Marshal(struct {
		Home        string  `json:"home"`
		Visit       string  `json:"visit"`
		Date        string  `json:"date"`
		Stadium     string  `json:"stadium,omitempty"`
		Competition string  `json:"competition,omitempty"`
		Speed       float64 `json:"speed"`
	}{t.Home.ID, t.Visit.ID, t.Date, t.Stadium, t.Competition, p.speed})
	if err != nil {
		return err
	}
	// A key for this call only: with a lasting one, creating the match again
	// after a delete would be answered from memory and create nothing.
	err = p.api.Call(ctx, http.MethodPost, "/1/matches", "replay-"+rand.Text(), body, nil)
	if err != nil && !client.Is(err, http.StatusConflict) { // another was faster: just as good
		return fmt.Errorf("creating the match: %w", err)
	}
	return nil
}

// team creates a team that is not there. One that is stays as it is: its name
// may have been corrected since the timeline was written.
func (p *player) team(ctx context.Context, team match.Team) error {
	path := "/1/team/" + url.PathEscape(team.ID)
	err := p.api.Call(ctx, http.MethodGet, path, "", nil, nil)
	if !client.Is(err, http.StatusNotFound) {
		return err
	}
	body, err := json.Marshal(struct {
		Name     string   `json:"name"`
		Division string   `json:"division,omitempty"`
		Colours  []string `json:"colours,omitempty"`
	}{team.Name, team.Division, team.Colours})
	if err != nil {
		return err
	}
	return p.api.Call(ctx, http.MethodPut, path, "", body, nil)
}
