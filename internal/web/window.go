package web

import (
	"cmp"
	"net/url"
	"slices"
	"sort"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/match"
)

// window says which part of the matches that are not live a page lists. They
// are ordered by date, the newest first, then by id.
type window struct {
	today  string // the days nearest to it, if neither of the others is set
	after  string // what follows this match id in the order
	before string // what precedes it
}

// windowOf reads ?after= and ?before=; false if one is no match id.
func windowOf(query url.Values, now time.Time) (window, bool) {
	w := window{today: now.UTC().Format(time.DateOnly), after: query.Get("after"), before: query.Get("before")}
	for _, id := range []string{w.after, w.before} {
		if id != "" && match.CheckID(id) != nil {
			return w, false
		}
	}
	return w, true
}

// first: the page without a position.
func (w window) first() bool { return w.after == "" && w.before == "" }

// cut sorts all, and takes at most room of them; before and after are the ids
// with which the pages on either side begin, "" where there is nothing.
func (w window) cut(all []live.Summary, room int) (shown []live.Summary, before, after string) {
	slices.SortFunc(all, func(a, b live.Summary) int { return order(a.Info.ID, b.Info.ID) })
	// behind is how many stand at or before an id.
	behind := func(id string) int {
		return sort.Search(len(all), func(i int) bool { return order(all[i].Info.ID, id) > 0 })
	}
	from, to := 0, 0
	switch {
	case w.after != "":
		from = behind(w.after)
		to = min(len(all), from+room)
	case w.before != "":
		to = sort.Search(len(all), func(i int) bool { return order(all[i].Info.ID, w.before) >= 0 })
		from = max(0, to-room)
	default:
		from, to = nearest(all, w.today, room)
	}
	shown = all[from:to]
	if from > 0 && len(shown) > 0 {
		before = shown[0].Info.ID
	}
	if to < len(all) && len(shown) > 0 {
		after = shown[len(shown)-1].Info.ID
	}
	return shown, before, after
}

// nearest grows a range around today, always on the side that is nearer.
func nearest(all []live.Summary, today string, room int) (from, to int) {
	from = sort.Search(len(all), func(i int) bool { return all[i].Info.Date <= today })
	for to = from; to-from < room && (from > 0 || to < len(all)); {
		if from > 0 && (to == len(all) || daysBetween(all[from-1].Info.Date, today) <= daysBetween(today, all[to].Info.Date)) {
			from--
		} else {
			to++
		}
	}
	return from, to
}

// daysBetween two dates, of which b is not after a.
func daysBetween(a, b string) int {
	late, errA := time.Parse(time.DateOnly, a)
	early, errB := time.Parse(time.DateOnly, b)
	if errA != nil || errB != nil {
		return 0
	}
	return int(late.Sub(early).Hours() / 24)
}

// order compares match ids by the date they end with, the later first, then as
// they are.
func order(a, b string) int {
	const date = len(time.DateOnly)
	return cmp.Or(cmp.Compare(b[len(b)-date:], a[len(a)-date:]), cmp.Compare(a, b))
}
