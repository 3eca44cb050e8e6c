package web

import (
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"
	textsearch "golang.org/x/text/search"

	"matchstream/internal/live"
	"matchstream/internal/match"
)

// longestText is how many characters a team's name has at most.
const longestText = 200

// search is what somebody looks for in the list: ?team= and ?date=.
type search struct {
	Team    string // as it was typed
	Date    string // YYYY-MM-DD where it could be read, else as it was typed
	Trouble string // the text that says what is wrong with it, "" if nothing
}

// days as people write them where the browser has no calendar to choose from.
var days = []string{time.DateOnly, "2006-1-2", "2/1/2006", "2.1.2006", "2-1-2006"}

func searchOf(query url.Values) search {
	q := search{Team: tidy(query.Get("team")), Date: tidy(query.Get("date"))}
	if utf8.RuneCountInString(q.Team) > longestText {
		q.Team, q.Trouble = string([]rune(q.Team)[:longestText]), "search_long"
	}
	if q.Date == "" {
		return q
	}
	for _, form := range days {
		if day, err := time.Parse(form, q.Date); err == nil && day.Year() > 0 {
			q.Date = day.Format(time.DateOnly)
			return q
		}
	}
	q.Date, q.Trouble = string([]rune(q.Date)[:min(longestText, utf8.RuneCountInString(q.Date))]), "search_day"
	return q
}

// tidy is a text as a field has it.
func tidy(text string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
}

// Asked says whether anything is looked for.
func (q search) Asked() bool { return q.Team != "" || q.Date != "" }

// Wrong says whether a field ("team", "date") is what is wrong.
func (q search) Wrong(field string) bool {
	return q.Trouble == map[string]string{"team": "search_long", "date": "search_day"}[field]
}

// Query is the search as an address has it, with one thing more.
func (q search) Query(key, value string) string {
	v := url.Values{}
	for k, x := range map[string]string{"team": q.Team, "date": q.Date, key: value} {
		if x != "" {
			v.Set(k, x)
		}
	}
	if len(v) == 0 {
		return "/"
	}
	return "/?" + v.Encode()
}

// wanted are the ids, of those in order, that are looked for. It may be the
// same slice.
func (q search) wanted(ids []string, teams []string) []string {
	if q.Date != "" {
		from := sort.Search(len(ids), func(i int) bool { return match.DateOf(ids[i]) <= q.Date })
		to := sort.Search(len(ids), func(i int) bool { return match.DateOf(ids[i]) < q.Date })
		ids = ids[from:to]
	}
	if q.Team == "" {
		return ids
	}
	var found []string
	for _, id := range ids {
		home, rest, _ := strings.Cut(id, "-")
		visit, _, _ := strings.Cut(rest, "-")
		for _, team := range [...]string{home, visit} {
			if _, ok := slices.BinarySearch(teams, team); ok {
				found = append(found, id)
				break
			}
		}
	}
	return found
}

// loose takes e for é, E and ｅ, and ae for æ.
var loose = textsearch.New(language.Und, textsearch.Loose)

// teams are the ids of the teams meant, sorted.
func (q search) teams(l *live.Live) (ids []string) {
	if q.Team == "" {
		return nil
	}
	pattern, id := loose.CompileString(q.Team), strings.ToLower(q.Team)
	for _, t := range l.Teams() {
		if at, _ := pattern.IndexString(t.Name); at >= 0 || strings.Contains(t.ID, id) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}
