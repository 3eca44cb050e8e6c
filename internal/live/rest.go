package live

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"sync"

	"matchstream/internal/match"
	"matchstream/internal/store"
)

// rest is a match that goes on, but that nobody has asked for in a while: a
// match in memory takes fifty kilobytes, at rest two. It is its records as the
// journal has them, compressed, so that it comes back without a wait on the
// store, and as much of its state as lists show. Immutable.
type rest struct {
	state   match.State
	number  int64
	mark    store.Mark
	base    int
	records []byte // one on a line, compressed
}

// press compresses records. It is large, and used by one goroutine at a time.
type press struct {
	out bytes.Buffer
	by  *flate.Writer
}

var presses = sync.Pool{New: func() any {
	p := new(press)
	by, err := flate.NewWriter(&p.out, flate.DefaultCompression)
	if err != nil {
		panic(err) // the level is one that there is
	}
	p.by = by
	return p
}}

// pressed is records, compressed. It leaves nothing on the heap but the result:
// else one small thing that stays would lie among fifty that go, and hold on to
// the pages of them all.
func pressed(records []record) []byte {
	p := presses.Get().(*press)
	defer presses.Put(p)
	p.out.Reset()
	p.by.Reset(&p.out)
	e := encoder(p.by)
	for _, r := range records {
		if err := e.Encode(r); err != nil {
			panic(err) // plain structs of ours, to memory: cannot fail
		}
	}
	p.by.Close()
	return bytes.Clone(p.out.Bytes())
}

// rest is a moment at rest.
func (m *moment) rest() *rest {
	return &rest{state: glanced(m.view.State), number: m.number(), mark: m.mark, base: m.base,
		records: pressed(m.records)}
}

// glanced is as much of a state as lists show.
func glanced(s match.State) match.State {
	out := match.New(s.Teams[match.Home], s.Teams[match.Visit], s.Speed)
	out.LastID, out.LastTimestamp = s.LastID, s.LastTimestamp
	out.Period, out.PeriodStart = s.Period, s.PeriodStart
	out.Suspended, out.SuspendedAt, out.Abandoned, out.Shootout = s.Suspended, s.SuspendedAt, s.Abandoned, s.Shootout
	for i := range s.Sides {
		out.Sides[i].Score, out.Sides[i].Penalties = s.Sides[i].Score, s.Sides[i].Penalties
	}
	return out
}

// wake is the moment that was put to rest.
func (e *entry) wake(r *rest) (*moment, error) {
	lines, err := io.ReadAll(flate.NewReader(bytes.NewReader(r.records)))
	if err != nil {
		return nil, fmt.Errorf("match %s at rest: %w", e.key.Match, err)
	}
	m := e.begin()
	m.base = r.base
	for line := range bytes.Lines(lines) {
		if m, err = e.after(m, store.Record{Key: e.key, Number: m.number() + 1, Data: line}); err != nil {
			return nil, err
		}
	}
	if m.number() != r.number {
		return nil, fmt.Errorf("match %s at rest has %d records, expected %d", e.key.Match, m.number(), r.number)
	}
	m.mark = r.mark
	return m, nil
}
