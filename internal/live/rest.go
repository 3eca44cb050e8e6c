package live

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"sync"

	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/chain"
)

// rest is a match that goes on, but that nobody has asked for in a while: a
// match in memory takes eleven kilobytes, at rest less than two. It is its records,
// without their checksums, compressed, so that it comes back without a wait on the
// store, and as much of its state as lists show. Immutable.
type rest struct {
	standing    over // but for the period
	period      match.Period
	suspended   bool
	suspendedAt int64
	timestamp   int64 // of the last event
	number      int64
	mark        store.Mark
	base        int
	head        chain.Head
	records     []byte // one on a line, compressed
}

// familiar is what records look like: compression begins by knowing it. It is
// a part of this process only and may be changed at will.
var familiar = []byte(`"team":"","player":{"number":1,"name":"},"assist":{"number":2,"name":"` +
	`"player_out":{"number":3,"name":"},"player_in":{"number":4,"name":"` +
	`"kind":"lineup","players":[{"number":5,"name":"}],"substitutes":[{"number":6,"name":"}],"coach":"` +
	`"kind":"start","by":"","home_players":[{"number":7,"name":"},{"number":8,"name":"},{"number":9,"name":"},{"number":10,"name":"}],"visit_players":[{"number":11,"name":"}],"minute":"0"}}` +
	`"kind":"halftime","kind":"continue","kind":"addedtime","minutes":"kind":"shot","kind":"foul","kind":"offside","kind":"corner","kind":"freekick","kind":"throwin","kind":"goalkick","kind":"save"` +
	`"kind":"comment","comment":"","kind":"var","about":"outcome":"reason":"how":"header","penalty"` +
	`"kind":"substitution","kind":"card","card":"yellow","minute":"90+"}}` + "\n" +
	`{"v":2,"event":{"id":1,"timestamp":17,"kind":"goal","by":"operator","team":"","player":{"number":1,"name":""},"minute":"45"},"once":"","body":"","revision":0}` + "\n")

// press compresses records. It is large, and used by one goroutine at a time.
type press struct {
	out bytes.Buffer
	by  *flate.Writer
}

var presses = sync.Pool{New: func() any {
	p := new(press)
	by, err := flate.NewWriterDict(&p.out, flate.DefaultCompression, familiar)
	if err != nil {
		panic(err) // the level is one that there is
	}
	p.by = by
	return p
}}

// pressed is a match's records, compressed. It leaves nothing on the heap but the result:
// else one small thing that stays would lie among fifty that go, and hold on to
// the pages of them all.
func (m *moment) pressed() []byte {
	p := presses.Get().(*press)
	defer presses.Put(p)
	p.out.Reset()
	p.by.Reset(&p.out)
	e := encoder(p.by)
	for i, r := range m.receipts { // a match that goes on has an event in each
		event := m.view.State.Log[i].Event.Event()
		r := record{Format: chain.Format, Event: &event, Once: r.once, Body: r.body, Revision: r.revision}
		if err := e.Encode(r); err != nil {
			panic(err) // plain structs of ours, to memory: cannot fail
		}
	}
	p.by.Close()
	return bytes.Clone(p.out.Bytes())
}

// rest is a moment at rest.
func (m *moment) rest() *rest {
	s := m.view.State
	return &rest{standing: standing(s), period: s.Period, suspended: s.Suspended, suspendedAt: s.SuspendedAt,
		timestamp: s.LastTimestamp, number: m.number(), mark: m.mark, base: m.base, head: m.head, records: m.pressed()}
}

// state is as much of a match at rest as lists show; unread is it without
// its events.
func (r *rest) state(unread match.State) match.State {
	s := r.standing.state()
	s.Teams, s.Speed = unread.Teams, unread.Speed
	s.Period, s.Suspended, s.SuspendedAt, s.LastTimestamp = r.period, r.suspended, r.suspendedAt, r.timestamp
	return s
}

// wake is the moment that was put to rest.
func (e *entry) wake(r *rest) (*moment, error) {
	lines, err := io.ReadAll(flate.NewReaderDict(bytes.NewReader(r.records), familiar))
	if err != nil {
		return nil, fmt.Errorf("match %s at rest: %w", e.key.Match, err)
	}
	m := e.begin()
	m.base = r.base
	for line := range bytes.Lines(lines) {
		if m, err = e.fold(m, store.Record{Key: e.key, Number: m.number() + 1, Data: line}); err != nil {
			return nil, err
		}
	}
	if m.number() != r.number {
		return nil, fmt.Errorf("match %s at rest has %d records, expected %d", e.key.Match, m.number(), r.number)
	}
	m.mark, m.head = r.mark, r.head
	return m, nil
}
