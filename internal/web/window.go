package web

import (
	"net/url"
	"sort"
	"time"

	"matchstream/internal/match"
)

// window says which part of the matches a page lists. They are ordered by
// date, the newest first, then by id.
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

// cut takes at most room of all, which are in order; before and after are the
// ids with which the pages on either side begin, "" where there is nothing.
func (w window) cut(all []string, room int) (shown []string, before, after string) {
	from, to := 0, 0
	switch {
	case w.after != "":
		from = sort.Search(len(all), func(i int) bool { return match.CompareIDs(all[i], w.after) > 0 })
		to = min(len(all), from+room)
	case w.before != "":
		to = sort.Search(len(all), func(i int) bool { return match.CompareIDs(all[i], w.before) >= 0 })
		from = max(0, to-room)
	default:
		from, to = nearest(all, w.today, room)
	}
	shown = all[from:to]
	if from > 0 && len(shown) > 0 {
		before = shown[0]
	}
	if to < len(all) && len(shown) > 0 {
		after = shown[len(shown)-1]
	}
	return shown, before, after
}

// nearest grows a range around today, always on the side that is nearer.
func nearest(all []string, today string, room int) (from, to int) {
	from = sort.Search(len(all), func(i int) bool { return match.DateOf(all[i]) <= today })
	for to = from; to-from < room && (from > 0 || to < len(all)); {
		if from > 0 && (to == len(all) || daysBetween(match.DateOf(all[from-1]), today) <= daysBetween(today, match.DateOf(all[to]))) {
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
