package live_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// watcher reads a lane as a pump does.
type watcher struct {
	format wire.Format
	lane   *feed.Lane
	cursor feed.Cursor
	got    []byte
}

// join is a watcher who is given a status.
func join(m *live.Match, f wire.Format) *watcher {
	w := &watcher{format: f, lane: m.Lane(f)}
	v := w.lane.View()
	w.got, w.cursor = append(w.got, v.Status(true)...), v.Join()
	return w
}

// step takes about so many bytes; false if there were none.
func (w *watcher) step(t tb, most int) bool {
	t.Helper()
	b, ok := w.lane.View().Pending(w.cursor, most)
	if !ok {
		t.Fatal("the bytes at the cursor are gone")
	}
	w.got = append(w.got, b...)
	w.cursor.Offset += uint64(len(b))
	return len(b) > 0
}

// finish takes all there is, and leaves.
func (w *watcher) finish(t tb) {
	t.Helper()
	for w.step(t, 1<<20) {
	}
	w.lane.Release()
}

// watch reads until the lane ends or done is closed, then what is left.
func (w *watcher) watch(t tb, most int, done <-chan struct{}) {
	for over := false; !over; {
		v := w.lane.View()
		for w.step(t, most) {
		}
		if !v.AtEnd(w.cursor) || v != w.lane.View() {
			continue
		}
		if v.End != feed.Open {
			break
		}
		select {
		case <-v.Changed():
		case <-done:
			over = true
		}
	}
	w.finish(t)
}

// client is a simple one that knows the kinds of 2011 and nothing else. Its
// picture is wire.Match, as far as it minds.
type client struct {
	last    int64 // id of the last thing seen
	picture wire.Match
}

// read takes what a watcher got. Ids must follow each other without a hole.
func (c *client) read(t tb, f wire.Format, got []byte) {
	t.Helper()
	begun := false
	see := func(id int64, kind match.Kind, status *wire.Match, d wire.Data) {
		switch {
		case !begun && status == nil:
			t.Fatalf("%v: a %s before any status", f, kind)
		case begun && status == nil && id != c.last+1, begun && status != nil && id != c.last:
			t.Fatalf("%v: %s %d after %d", f, kind, id, c.last)
		}
		begun, c.last = true, id
		if status != nil {
			c.picture = *status
			return
		}
		c.see(id, kind, d)
	}
	if f == wire.TCP || f == wire.TCPIDs {
		readTCP(t, f, got, see)
		return
	}
	for _, object := range objects(t, f, got) {
		var e wire.Event
		must(t, json.Unmarshal(object, &struct {
			*wire.Event
			Data any `json:"data"`
		}{Event: &e}))
		if e.Kind == "status" {
			var s wire.Status
			must(t, json.Unmarshal(object, &s))
			see(s.ID, s.Kind, &s.Data, wire.Data{})
			continue
		}
		must(t, json.Unmarshal(object, &e))
		d := wire.Data{}
		if e.Data != nil {
			d = *e.Data
		}
		see(e.ID, e.Kind, nil, d)
	}
}

// objects are the JSON objects in a stream.
func objects(t tb, f wire.Format, got []byte) (out [][]byte) {
	t.Helper()
	if f == wire.SSE {
		for r := wire.NewSSEReader(bytes.NewReader(got)); ; {
			e, err := r.Read()
			if errors.Is(err, io.EOF) {
				return out
			}
			must(t, err)
			out = append(out, []byte(e.Data))
		}
	}
	for len(got) > 0 {
		head, size := 2, int(got[1])
		switch size {
		case 126:
			head, size = 4, int(binary.BigEndian.Uint16(got[2:]))
		case 127:
			head, size = 10, int(binary.BigEndian.Uint64(got[2:]))
		}
		out = append(out, got[head:head+size])
		got = got[head+size:]
	}
	return out
}

// see changes the picture as an event of 2011 does.
func (c *client) see(id int64, kind match.Kind, d wire.Data) {
	p := &c.picture
	lineup, cards, score, shot := &p.HomeLineup, &p.HomeCards, &p.HomeScore, &p.HomePenalties
	if d.Team == p.Visit {
		lineup, cards, score, shot = &p.VisitLineup, &p.VisitCards, &p.VisitScore, &p.VisitPenalties
	}
	one := func(ps wire.Players) match.Player { return ps[0] }
	at := func(n int) int {
		return slices.IndexFunc(*lineup, func(x match.Player) bool { return x.Number == n })
	}
	switch kind {
	case match.Start:
		p.Period, p.HomeLineup, p.VisitLineup = match.First, d.HomePlayers, d.VisitPlayers
	case match.Halftime:
		p.Period = map[match.Period]match.Period{match.First: match.HalftimeBreak, match.FirstExtra: match.HalftimeExtra}[p.Period]
	case match.Continue:
		p.Period = map[match.Period]match.Period{match.HalftimeBreak: match.Last, match.HalftimeExtra: match.LastExtra}[p.Period]
	case match.Extratime:
		p.Period = match.FirstExtra
	case match.Penalties:
		p.Period = match.Shootout
	case match.Stop:
		p.Period = match.Ended
	case match.Goal:
		if p.Period == match.Shootout {
			*shot++
		} else {
			*score++
		}
	case match.Card:
		*cards = append(slices.Clip(*cards), wire.Card{ID: id, Card: d.Card, Player: d.Player, Staff: d.Staff, Minute: d.Minute})
		if d.Card == "red" && d.Player != nil {
			if i := at(one(d.Player).Number); i >= 0 {
				*lineup = slices.Delete(slices.Clone(*lineup), i, i+1)
			}
		}
	case match.Substitution:
		i := at(one(d.PlayerOut).Number)
		*lineup = slices.Clone(*lineup)
		(*lineup)[i] = one(d.PlayerIn)
	}
}

// same holds the client's picture against a state.
func (c *client) same(t tb, f wire.Format, s match.State) {
	t.Helper()
	want, got := wire.NewMatch(match.View{State: s}), c.picture
	if f != wire.TCP && c.last != s.LastID { // TCP alone has no numbers
		t.Fatalf("%v: it ended at event %d, the match at %d", f, c.last, s.LastID)
	}
	ids := func(cards []wire.Card) (out []int64) {
		for _, x := range cards {
			out = append(out, x.ID)
		}
		return out
	}
	bad := got.HomeScore != want.HomeScore || got.VisitScore != want.VisitScore || got.Period != want.Period ||
		!slices.Equal(got.HomeLineup, want.HomeLineup) || !slices.Equal(got.VisitLineup, want.VisitLineup)
	if s.Shootout {
		bad = bad || got.HomePenalties != want.HomePenalties || got.VisitPenalties != want.VisitPenalties
	}
	if f == wire.SSE || f == wire.WebSocket { // a status on TCP lists no cards
		bad = bad || !slices.Equal(ids(got.HomeCards), ids(want.HomeCards)) || !slices.Equal(ids(got.VisitCards), ids(want.VisitCards))
	}
	if bad {
		t.Fatalf("%v: the client sees\n%+v\nthe match is\n%+v", f, got, want)
	}
}

// readTCP reads the line protocol. Without IDS:on there are no numbers: then
// they are counted from the first status on, which is taken to be event 0's.
func readTCP(t tb, f wire.Format, got []byte, see func(int64, match.Kind, *wire.Match, wire.Data)) {
	t.Helper()
	counted := int64(0)
	first := true
	for r := wire.NewTCPReader(bytes.NewReader(got)); ; {
		frame, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		must(t, err)
		text := func(key string) string {
			d, _ := frame.Detail(key)
			if s, ok := wire.TCPText(d.Value); ok {
				return s
			}
			return d.Value
		}
		number := func(key string) int { n, _ := strconv.Atoi(text(key)); return n }
		players := func(key string) []match.Player { d, _ := frame.Detail(key); return d.Players }
		if frame.Kind != "status" && !first {
			counted++
		}
		first = false
		at := counted
		if f == wire.TCPIDs {
			p, err := match.ParsePosition(text("id"))
			must(t, err)
			at = p.ID
		}
		if frame.Kind == "status" {
			see(at, "status", &wire.Match{Home: text("home"), Visit: text("visit"), HomeLineup: players("home_players"),
				VisitLineup: players("visit_players"), HomeScore: number("home_score"), VisitScore: number("visit_score"),
				HomePenalties: number("home_penalties"), VisitPenalties: number("visit_penalties"),
				Period: match.Period(text("period"))}, wire.Data{})
			continue
		}
		d := wire.Data{Team: text("team"), Card: text("card"), HomePlayers: players("home_players"), VisitPlayers: players("visit_players")}
		for key, to := range map[string]*wire.Players{"player": &d.Player, "player_in": &d.PlayerIn, "player_out": &d.PlayerOut} {
			if p, ok := wire.TCPPlayer(text(key)); ok {
				*to = wire.Players{p}
			}
		}
		see(at, match.Kind(frame.Kind), nil, d)
	}
}
