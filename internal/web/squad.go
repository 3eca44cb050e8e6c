package web

import (
	"slices"

	"matchstream/internal/match"
	"matchstream/internal/words"
)

// squad is one side's players with what each did. It is told from the events,
// not from the state: a watcher wants to see who began and who came on for
// whom, the state knows who is on the pitch.
type squad struct {
	coach  string
	eleven []*member // who began, or is announced to; in order
	bench  []*member
}

type member struct {
	match.Player
	goals, own          int
	yellow, red, second bool
	off, on             bool
	offAt, onAt         string // minutes
	instead             string // of whom he came on
}

func (s story) squadOf(side int) squad {
	var q squad
	for _, e := range s.entries {
		if e.cancelled {
			continue
		}
		mine := e.side == sides[side]
		switch {
		case e.Kind == match.Start:
			q.begin([2][]match.Player{e.HomePlayers, e.VisitPlayers}[side])
		case e.Kind == match.Lineup && mine:
			q = squad{coach: e.Coach, eleven: members(e.Players), bench: members(e.Substitutes)}
		case words.OwnGoal(e.Event) && !e.isKick():
			if !mine {
				q.meet(e.Player, func(m *member) { m.own++ })
			}
		case e.isGoal() && mine:
			q.meet(e.Player, func(m *member) { m.goals++ })
		case e.Kind == match.Card && mine:
			q.meet(e.Player, func(m *member) {
				m.second = m.second || e.Reason == "second_yellow"
				m.red = m.red || e.Card == "red" && e.Reason != "second_yellow"
				m.yellow = m.yellow || e.Card == "yellow"
			})
		case e.Kind == match.Substitution && mine && e.PlayerOut != nil:
			q.meet(e.PlayerOut, func(m *member) { m.off, m.offAt = true, e.Minute })
			q.meet(e.PlayerIn, func(m *member) { m.on, m.onAt, m.instead = true, e.Minute, e.PlayerOut.Name })
		}
	}
	return q
}

func members(players []match.Player) (all []*member) {
	for _, p := range players {
		all = append(all, &member{Player: p})
	}
	return all
}

// begin puts a line-up on the pitch; whoever else was announced sits.
func (q *squad) begin(lineup []match.Player) {
	var bench []*member
	for _, m := range slices.Concat(q.eleven, q.bench) {
		if !slices.ContainsFunc(lineup, func(p match.Player) bool { return p.Number == m.Number }) {
			bench = append(bench, m)
		}
	}
	q.eleven, q.bench = members(lineup), bench
}

// meet tells a player's record of something. Who is not known yet sits on the
// bench.
func (q *squad) meet(p *match.Player, tell func(*member)) {
	if p == nil {
		return
	}
	for _, m := range slices.Concat(q.eleven, q.bench) {
		if m.Number == p.Number {
			tell(m)
			return
		}
	}
	m := &member{Player: *p}
	q.bench = append(q.bench, m)
	tell(m)
}
