package web

import "strconv"

// formations are the rows in front of the keeper, by the number of players in
// them. A line-up has no positions: its order has to do.
var formations = map[int][]int{10: {4, 4, 2}, 9: {4, 4, 1}, 8: {4, 3, 1}, 7: {3, 3, 1}, 6: {3, 2, 1}}

// ranks cuts a line-up into the keeper and the rows in front of him.
func ranks(eleven []*member) (rows [][]*member) {
	if len(eleven) == 0 {
		return nil
	}
	rows, rest := append(rows, eleven[:1]), eleven[1:]
	formation := formations[len(rest)]
	for len(rest) > 0 {
		n := min(4, len(rest))
		if len(formation) > 0 {
			n, formation = formation[0], formation[1:]
		}
		rows, rest = append(rows, rest[:n]), rest[n:]
	}
	return rows
}

// half is a side's half of the pitch: a list for each row, the keeper first.
func (s story) half(side int, q squad) (rows []node) {
	for _, rank := range ranks(q.eleven) {
		var players []any
		for _, m := range rank {
			players = append(players, el("li", at{"class": "player"}, shirt(side, m), s.marks(m), el("span", at{"class": "name"}, isolated(m.Name))))
		}
		rows = append(rows, el("ul", at{"class": "rank"}, players...))
	}
	return rows
}

// bench is who did not begin, and the coach.
func (s story) bench(side int, q squad) (lines []node) {
	for _, m := range q.bench {
		told := []any{isolated(m.Name), s.marks(m)}
		if m.on && m.instead != "" {
			told = append(told, el("small", at{}, spoken(s.Parts("instead", "player", m.instead))...))
		}
		lines = append(lines, el("li", at{}, shirt(side, m), el("span", at{"class": "told"}, told...)))
	}
	if q.coach != "" {
		lines = append(lines, el("li", at{"class": "coach"}, el("span", at{"class": "told"}, isolated(q.coach), el("small", at{}, s.Say("coach")))))
	}
	return lines
}

func shirt(side int, m *member) node {
	number := strconv.Itoa(m.Number)
	return el("svg", at{"class": "shirt " + sides[side], "viewBox": "0 0 32 32", "role": "img", "aria-label": number},
		el("use", at{"href": "#shirt-" + sides[side]}), el("text", at{"x": 16, "y": 21, "text-anchor": "middle"}, number))
}

// marks are what a player did, in signs.
func (s story) marks(m *member) node {
	var signs []any
	add := func(yes bool, sign, label, text string) {
		if yes {
			signs = append(signs, el("span", at{"class": "mark " + sign}, icon(sign, label), text))
		}
	}
	add(m.goals > 0, "goal", s.Say("goal"), several(m.goals))
	add(m.own > 0, "own", s.Say("own_goal"), several(m.own))
	add(m.yellow && !m.second, "card", s.Say("yellow_card"), "")
	add(m.second, "second", s.Say("second_yellow"), "")
	add(m.red, "red", s.Say("red_card"), "")
	add(m.on, "on", s.Say("came_on"), when(m.onAt))
	add(m.off, "off", s.Say("went_off"), when(m.offAt))
	return el("span", at{"class": "marks"}, signs...)
}

func several(n int) string {
	if n < 2 {
		return ""
	}
	return strconv.Itoa(n)
}
