package operator

import (
	"context"
	"fmt"
	"net/http"

	"matchstream/internal/client"
)

// days is on how many days a free one is looked for: another lab may play today, or have
// left its match behind.
const days = 100

// begin makes the match, and starts it.
func (m *MatchStream) begin(ctx context.Context) error {
	for _, team := range [][2]string{{home, "Lab A"}, {visit, "Lab B"}} {
		if err := m.team(ctx, team[0], team[1]); err != nil {
			return fmt.Errorf("making the team %s for the test on %s: %w", team[0], m.api.Base, err)
		}
	}
	if err := m.create(ctx); err != nil {
		return fmt.Errorf("making a match for the test on %s: %w", m.api.Base, err)
	}
	start := map[string]any{"kind": "start", "home_players": eleven("Home"), "visit_players": eleven("Visit")}
	if err := m.ask(ctx, http.MethodPost, m.path()+"/events", start); err != nil {
		return fmt.Errorf("starting the match %s: %w", m.match, err)
	}
	return nil
}

// team makes a team that is not there.
func (m *MatchStream) team(ctx context.Context, id, name string) error {
	err := m.ask(ctx, http.MethodGet, "/1/team/"+id, nil)
	if !client.Is(err, http.StatusNotFound) {
		return err
	}
	return m.ask(ctx, http.MethodPut, "/1/team/"+id, map[string]string{"name": name})
}

// create makes a match on the first day from today on which there is none yet.
func (m *MatchStream) create(ctx context.Context) (err error) {
	for n := range days {
		date := day(m.Clock.Now(), n)
		err = m.ask(ctx, http.MethodPost, "/1/matches", map[string]any{"home": home, "visit": visit, "date": date})
		if err == nil {
			m.match = home + "-" + visit + "-" + date
			return nil
		}
		if !client.Is(err, http.StatusConflict) {
			return err
		}
	}
	return fmt.Errorf("on each of %d days from today there is a match of %s and %s already; delete those that earlier tests have left: %w", days, home, visit, err)
}

// eleven is a line-up, so that a status has the size that it has in a real match.
func eleven(side string) (players []map[string]any) {
	for n := range 11 {
		players = append(players, map[string]any{"number": n + 1, "name": fmt.Sprintf("%s Player %d", side, n+1)})
	}
	return players
}
