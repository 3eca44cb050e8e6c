package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"

	"matchstream/internal/store"
	"matchstream/internal/store/chain"
)

// compare holds that all that the target has is of the source, and gives the
// last record there of each journal.
func (c *copying) compare(ctx context.Context, entries []store.Entry, journals []store.Journal) (map[store.Key]store.Record, error) {
	ours := map[string]store.Entry{}
	for _, e := range entries {
		ours[e.Key] = e
	}
	theirs, err := c.to.List(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, e := range theirs {
		if c.running && ofNodes(e.Key) {
			continue
		}
		if err := sameEntry(e, store.Entry{Key: e.Key, Value: ours[e.Key].Value}); err != nil {
			return nil, err
		}
	}
	there := map[store.Key]store.Record{}
	begun, err := c.to.Journals(ctx)
	if err != nil {
		return nil, err
	}
	source := map[store.Key]store.Journal{}
	for _, j := range journals {
		source[j.Key] = j
	}
	for _, j := range begun {
		if _, ok := source[j.Key]; !ok {
			return nil, fmt.Errorf("%w: the match %s with the epoch %s", ErrOther, j.Key.Match, j.Key.Epoch)
		}
		if there[j.Key], err = c.same(ctx, source[j.Key]); err != nil {
			return nil, err
		}
	}
	return there, nil
}

// same holds that the target's journal is the beginning of the source's, and
// gives its last record.
func (c *copying) same(ctx context.Context, j store.Journal) (last store.Record, err error) {
	want, err := c.take(ctx, j)
	if err != nil {
		return last, err
	}
	have, err := c.to.Read(ctx, j.Key, 1)
	if err != nil {
		return last, err
	}
	for i, r := range have {
		if i >= len(want.records) || !bytes.Equal(want.records[i].Data, r.Data) {
			return last, fmt.Errorf("%w: record %d of the match %s differs", ErrOther, r.Number, j.Key.Match)
		}
		last = r
	}
	return last, nil
}

// taken is a journal as it is to be copied.
type taken struct {
	records []store.Record
	whole   int64 // so many of them can be relied on
	cause   error // what ends them; nil: nothing
}

// take reads a journal and verifies its chain. Where a record cannot be read at
// all, one that says so stands in its place, and ends it.
func (c *copying) take(ctx context.Context, j store.Journal) (t taken, err error) {
	t.records, err = c.from.Read(ctx, j.Key, 1)
	if err != nil && !errors.Is(err, store.ErrDamaged) {
		return t, err
	}
	n := int64(len(t.records))
	if t.cause = err; err == nil && n < j.Records {
		t.cause = fmt.Errorf("the journal has %d records, %d can be read", j.Records, n)
	}
	if t.cause != nil {
		t.records = append(t.records, store.Record{Key: j.Key, Number: n + 1, Data: chain.Lost("it could not be read")})
	}
	var head chain.Head
	for _, r := range t.records {
		next, bad := head.Next(j.Key, r.Number, r.Data)
		if bad != nil {
			if t.cause == nil {
				t.cause = bad
			}
			break
		}
		head = next
		t.whole++
	}
	return t, nil
}

// journals copies all of them, several at once. read is filled in: how many
// records of each are good.
func (c *copying) journals(ctx context.Context, all []store.Journal, there map[store.Key]store.Record, read map[store.Key]int64) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan store.Journal)
	var copiers sync.WaitGroup
	var mu sync.Mutex
	for range 8 {
		copiers.Go(func() {
			for j := range work {
				n, err := c.journal(ctx, j, there[j.Key])
				if err != nil {
					cancel(fmt.Errorf("match %s: %w", j.Key.Match, err))
				}
				mu.Lock()
				read[j.Key] = n
				mu.Unlock()
			}
		})
	}
	for _, j := range all {
		if ctx.Err() != nil {
			break
		}
		work <- j
	}
	close(work)
	copiers.Wait()
	return context.Cause(ctx)
}

// reported, instead of a number of good records: the damage has been told.
const reported = -1

// journal copies one, behind what is there already, and gives how many good
// records it has.
func (c *copying) journal(ctx context.Context, j store.Journal, last store.Record) (whole int64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	t, err := c.take(ctx, j)
	if err != nil {
		return 0, err
	}
	whole = t.whole
	if t.cause != nil {
		whole = reported
		c.damage("match %s, good up to record %d of %d: %v", j.Key.Match, t.whole, j.Records, t.cause)
	}
	for _, r := range t.records {
		c.sum.records.Add(1)
		c.sum.bytes.Add(int64(len(r.Data)))
		if r.Number > last.Number {
			if last.Mark, err = c.to.Append(ctx, j.Key, last.Mark, r.Number, r.Data); err != nil {
				return 0, err
			}
			c.sum.added.Add(1)
		}
		c.progress()
	}
	return whole, nil
}
