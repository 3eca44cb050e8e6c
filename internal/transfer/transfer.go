// Package transfer copies a whole store into another: every record as it lies
// there, with its number and its bytes, and every entry of the catalogue. So
// ids, times, epochs, idempotency receipts and tokens stay what they are. It
// verifies the chain of each match on the way.
//
// A copy that was cut off goes on: what is there already is compared and left,
// what is missing is added. Whatever is there and is not of the same store is a
// reason to refuse, before anything is written.
package transfer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"matchstream/internal/store"
)

// ErrOther: the target holds something that is not of the source.
var ErrOther = errors.New("it holds something else")

// Report is what a copy came to.
type Report struct {
	Matches, Entries, Records int64
	Bytes                     int64 // of records and entries
	Added                     int64 // records and entries that were not there yet
	// Renamed are tokens of the source that hold under other names, since the target
	// has others under theirs; by the names that they had, sorted.
	Renamed []Renamed
	// Damaged are those that could not be copied whole, one of the causes each,
	// sorted.
	Damaged []string
}

// Renamed is a token that holds under another name.
type Renamed struct{ From, To string }

// Options of a copy.
type Options struct {
	// Progress is told of records copied or compared, of how many; from many
	// goroutines.
	Progress func(done, of int64)
	// Running: the target is a store that nodes are at work with. What they make by
	// themselves is no reason to refuse.
	Running bool
}

// copying is one copy under way.
type copying struct {
	from, to store.Store
	running  bool
	progress func()
	sum      struct{ records, bytes, added atomic.Int64 }
	renamed  []Renamed
	mu       struct {
		sync.Mutex
		damaged []string
	}
}

// Copy copies from into to. An error means that it is not finished; what is
// damaged is reported, and the rest copied.
func Copy(ctx context.Context, from, to store.Store, o Options) (*Report, error) {
	c := &copying{from: from, to: to, running: o.Running}
	entries, err := from.List(ctx, "")
	if err = c.pass(err); err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	journals, err := from.Journals(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the journals: %w", err)
	}
	entries, journals = withoutLeft(entries, journals)
	var done atomic.Int64
	of := total(journals)
	c.progress = func() {
		if n := done.Add(1); o.Progress != nil {
			o.Progress(n, of)
		}
	}
	there, err := c.compare(ctx, entries, journals)
	if err != nil {
		return nil, fmt.Errorf("compare what is there: %w", err)
	}
	// The catalogue comes last: a match is there when all of it is.
	read := make(map[store.Key]int64, len(journals))
	if err := c.journals(ctx, journals, there, read); err != nil {
		return nil, err
	}
	c.lookFor(entries, read)
	r := &Report{Entries: int64(len(entries))}
	for _, e := range entries {
		if err := c.entry(ctx, e); err != nil {
			return nil, err
		}
		if isMatch(e) {
			r.Matches++
		}
	}
	r.Records, r.Bytes, r.Added = c.sum.records.Load(), c.sum.bytes.Load(), c.sum.added.Load()
	r.Renamed = c.renamed
	r.Damaged = slices.Sorted(slices.Values(c.mu.damaged))
	return r, nil
}

// pass notes damage, which does not end the copy, and gives every other error.
func (c *copying) pass(err error) error {
	if !errors.Is(err, store.ErrDamaged) {
		return err
	}
	c.damage("%v", err)
	return nil
}

func (c *copying) damage(format string, a ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.damaged = append(c.mu.damaged, fmt.Sprintf(format, a...))
}

func total(journals []store.Journal) (n int64) {
	for _, j := range journals {
		n += j.Records
	}
	return n
}
