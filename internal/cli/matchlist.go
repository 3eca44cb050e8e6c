package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"matchstream/internal/client"
	"matchstream/internal/match"
	"matchstream/internal/wire"
	"matchstream/internal/words"
)

const (
	listWidth = 80  // columns that the list fits in
	listOver  = 100 // of the matches that are over, so many of the latest
	// listColumn is how wide a column is at most. A longer id is shown whole, it
	// is what one types, and moves its row to the right.
	listColumn = 24
	pageSize   = 100 // whole matches in one answer of the API
)

const notOver = "not_started,first,halftime,last,first_extra,halftime_extra,last_extra,penalties"

// list shows the matches: those that go on, those to come, those that are over.
func (c *watchCommand) list(ctx context.Context, w *world, server *client.Client) error {
	if c.Raw {
		all, err := wholeMatches[json.RawMessage](ctx, server, "", "")
		if err != nil {
			return fmt.Errorf("listing the matches: %w", err)
		}
		return json.NewEncoder(w.stdout).Encode(all)
	}
	all, err := wholeMatches[wire.Match](ctx, server, notOver, "")
	if err != nil {
		return fmt.Errorf("listing the matches: %w", err)
	}
	over, err := matchIDs(ctx, server, string(match.Ended))
	if err != nil {
		return fmt.Errorf("listing the matches: %w", err)
	}
	after, older := "", len(over)-listOver
	if older > 0 {
		after = over[older-1]
	}
	if len(over) > 0 {
		ended, err := wholeMatches[wire.Match](ctx, server, string(match.Ended), after)
		if err != nil {
			return fmt.Errorf("listing the matches: %w", err)
		}
		all = append(all, ended...)
	}
	if len(all) == 0 {
		w.printf("%s An operator creates them, or: matchstream replay --help\n", words.English.Say("empty"))
		return nil
	}
	w.printf("%s", listOf(all))
	if older > 0 {
		w.printf("and %d older ones (all of them: matchstream watch --raw)\n", older)
	}
	return nil
}

// wholeMatches are the matches of some periods ("": of all) behind an id, each
// as type T reads it, by date, then id.
func wholeMatches[T any](ctx context.Context, server *client.Client, periods, after string) ([]T, error) {
	all := []T{}
	for {
		var page []json.RawMessage
		path := fmt.Sprintf("/1/matches?expand=1&limit=%d&period=%s&after=%s", pageSize, url.QueryEscape(periods), url.QueryEscape(after))
		if err := server.Call(ctx, http.MethodGet, path, "", nil, &page); err != nil {
			return nil, err
		}
		for _, raw := range page {
			var one T
			var id struct{ ID string }
			if err := json.Unmarshal(raw, &one); err != nil {
				return nil, fmt.Errorf("expected matches from %s: %w", server.Base, err)
			}
			if err := json.Unmarshal(raw, &id); err != nil || match.CheckID(id.ID) != nil {
				return nil, fmt.Errorf("expected a match with an id from %s, got %.80q", server.Base, raw)
			}
			after = id.ID
			all = append(all, one)
		}
		if len(page) < pageSize {
			return all, nil
		}
	}
}

// rank puts what goes on first and what is over last.
func rank(m wire.Match) int {
	switch {
	case m.Period == match.Ended:
		return 2
	case m.Period == match.NotStarted:
		return 1
	}
	return 0
}

// listOf is the table: id, score, where it stands, the teams.
func listOf(all []wire.Match) string {
	slices.SortStableFunc(all, func(a, b wire.Match) int {
		if c := cmp.Compare(rank(a), rank(b)); c != 0 || rank(a) < 2 {
			return c // else by date, as they come
		}
		return cmp.Compare(b.StartTime, a.StartTime)
	})
	rows := [][]string{{"MATCH", "SCORE", "STANDS", "TEAMS"}}
	for _, m := range all {
		rows = append(rows, []string{m.ID, scoreOf(m), words.English.Label(m.Period, m.Status),
			words.English.Say("versus", "home", cmp.Or(m.HomeName, m.Home), "visit", cmp.Or(m.VisitName, m.Visit))})
	}
	var widths [3]int
	for _, row := range rows {
		for i := range widths {
			widths[i] = min(max(widths[i], runewidth.StringWidth(row[i])), listColumn)
		}
	}
	var table strings.Builder
	for _, row := range rows {
		var b strings.Builder
		for i, width := range widths {
			b.WriteString(runewidth.FillRight(row[i], width) + "  ")
		}
		b.WriteString(words.Plain(row[3]))
		table.WriteString(strings.TrimRight(runewidth.Truncate(b.String(), listWidth, "…"), " ") + "\n")
	}
	return table.String()
}

// scoreOf is "3–3 (4–2)", the shoot-out in parentheses; nothing before the
// start.
func scoreOf(m wire.Match) string {
	if m.Period == match.NotStarted {
		return ""
	}
	text := fmt.Sprintf("%d–%d", m.HomeScore, m.VisitScore)
	if m.HomePenalties+m.VisitPenalties > 0 || m.Period == match.Shootout {
		text += fmt.Sprintf(" (%d–%d)", m.HomePenalties, m.VisitPenalties)
	}
	return text
}
