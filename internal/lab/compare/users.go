package compare

import (
	"slices"
	"time"
)

// gap is how long somebody without an id may do nothing before he counts as another, who
// has come to the same address.
const gap = 30 * time.Minute

// way is what one user has done, in order.
type way []entry

// gather sorts out which entries are whose. A user is known by his id, where the client
// says one, and else by his address. Requests never say an id: they are the user's who
// has watched from their address; for addresses with several users see shared.go.
func (l *Log) gather() []way {
	at := map[string][]entry{}
	for _, e := range l.entries {
		at[e.from] = append(at[e.from], e)
	}
	named, ways := map[string]way{}, []way{}
	l.loose = 0
	for _, all := range at {
		slices.SortStableFunc(all, func(a, b entry) int { return a.when.Compare(b.when) })
		if id, one := oneUser(all); !one {
			ways = append(ways, l.share(all, named)...)
		} else if id != "" {
			named[id] = append(named[id], all...)
		} else {
			ways = append(ways, split(all)...)
		}
	}
	for _, w := range named {
		ways = append(ways, w)
	}
	for _, w := range ways {
		slices.SortStableFunc(w, func(a, b entry) int { return a.when.Compare(b.when) })
	}
	return ways
}

// manyAtOnce is how many connections without an id one person does not have at once.
const manyAtOnce = 4

// oneUser says whether all that came from an address can be one user's, and his id, if
// he has said it.
func oneUser(all []entry) (id string, one bool) {
	var ends []time.Time
	for _, e := range all {
		switch {
		case !e.stream:
			continue
		case e.user != "" && id != "" && e.user != id:
			return "", false
		case e.user != "":
			id = e.user
			continue
		}
		ends = slices.DeleteFunc(ends, func(end time.Time) bool { return !end.After(e.when) })
		if ends = append(ends, e.when.Add(e.lasted)); len(ends) > manyAtOnce {
			return "", false
		}
	}
	return id, true
}

// split makes a way of each stay at an address.
func split(all []entry) (ways []way) {
	var until time.Time
	for i, e := range all {
		if i == 0 || e.when.Sub(until) > gap {
			ways = append(ways, nil)
		}
		ways[len(ways)-1] = append(ways[len(ways)-1], e)
		if end := e.when.Add(e.lasted); end.After(until) {
			until = end
		}
	}
	return ways
}

// blur makes a way as poor as one from a log in the combined format, so that the two can
// be compared: a step stands where it ended, to the second, and says no more.
func (w way) blur() way {
	poor := make(way, len(w))
	for i, e := range w {
		poor[i] = entry{when: e.when.Add(e.lasted).Truncate(time.Second), what: e.what, stream: e.stream}
	}
	slices.SortStableFunc(poor, func(a, b entry) int { return a.when.Compare(b.when) })
	return poor
}
