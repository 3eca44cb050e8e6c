package pump

import (
	"time"

	"matchstream/internal/feed"
)

// hallLooks are how many connections of a loop's hall are looked at when somebody asks:
// they lie together, so that is some 20 µs.
const hallLooks = 8192

// look is what a loop answers.
type look struct {
	LoopInside
	lags  map[*feed.Lane]Lag
	doors []DoorInside
}

// Inside asks each loop by mail how it stands, and waits until all have answered, at
// most for so long. A loop answers between two things that it does, in a tenth of a
// millisecond. Any goroutine, about once a second.
func (p *Epoll) Inside(most time.Duration) Inside {
	asked := time.Now()
	all := Inside{Loops: make([]LoopInside, len(p.loops)), Lanes: Lags{}, Doors: map[string]DoorInside{}}
	answers := make(chan look, len(p.loops)) // who answers too late does not wait
	waiting := 0
	for i, l := range p.loops {
		all.Loops[i] = l.fromOutside()
		if l.post(func() { answers <- l.lookAround(asked) }) {
			waiting++
		}
	}
	late := time.NewTimer(most)
	defer late.Stop()
	ways := *p.doors.Load()
	for ; waiting > 0; waiting-- {
		select {
		case one := <-answers:
			one.Mail = all.Loops[one.Loop-1].Mail // before the question lay there, too
			all.Loops[one.Loop-1] = one.LoopInside
			all.add(one, ways)
		case <-late.C:
			return all
		}
	}
	return all
}

// fromOutside is what is known of a loop without its help.
func (l *loop) fromOutside() LoopInside {
	l.mail.Lock()
	mail := len(l.mail.letters) + len(l.mail.changed)
	l.mail.Unlock()
	w := &l.work
	return LoopInside{Loop: l.id, Mail: mail, Hall: int(l.hall.Load()), Full: int(l.behind.some.Load()), Busy: w.time(l.pump.time()),
		Walks: w.walks.Load(), Walked: time.Duration(w.spent.Load()), LastWalk: time.Duration(w.last.Load())}
}

// lookAround is the loop's own answer.
func (l *loop) lookAround(asked time.Time) look {
	took := time.Since(asked)
	one := look{lags: map[*feed.Lane]Lag{}, doors: make([]DoorInside, len(*l.pump.doors.Load()))}
	slowest := l.lookBehind(func(s *Stream, straggler Straggler) {
		of := one.lags[s.Lane]
		of.Add(Lag{Slowest: straggler, Full: 1})
		one.lags[s.Lane] = of
	})
	hall := l.groups[0]
	for i := range min(hall.n, hallLooks) {
		c := hall.at(i)
		if (c.state == greeting || c.state == pondering) && int(c.events) < len(one.doors) {
			one.doors[c.events].count(c.state)
		}
	}
	one.LoopInside = l.fromOutside()
	one.Answered, one.Took, one.Hall, one.Slowest = true, took, hall.n, slowest
	one.Connections, one.Lanes = l.inside, len(l.watched)
	return one
}

func (d *DoorInside) count(s state) {
	if s == greeting {
		d.Greeting++
	} else {
		d.Pondering++
	}
}

// add what a loop has answered.
func (all *Inside) add(one look, ways []*doorway) {
	for lane, lag := range one.lags {
		of := all.Lanes[lane]
		of.Add(lag)
		all.Lanes[lane] = of
	}
	for i, d := range one.doors {
		if i >= len(ways) || ways[i].at == "" {
			continue
		}
		sum := all.Doors[ways[i].at]
		sum.Greeting += d.Greeting
		sum.Pondering += d.Pondering
		all.Doors[ways[i].at] = sum
	}
}
