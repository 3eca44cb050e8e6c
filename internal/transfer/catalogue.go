package transfer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"matchstream/internal/store"
)

// matchKey begins the keys of matches.
const matchKey = "match/"

func isMatch(e store.Entry) bool { return strings.HasPrefix(e.Key, matchKey) }

// entry puts an entry into the target unless it is there.
func (c *copying) entry(ctx context.Context, e store.Entry) error {
	c.sum.bytes.Add(int64(len(e.Value)))
	_, err := c.to.Put(ctx, e.Key, e.Value, 0)
	if !errors.Is(err, store.ErrConflict) {
		if err == nil {
			c.sum.added.Add(1)
		}
		return err
	}
	old, err := c.to.Get(ctx, e.Key)
	if err != nil {
		return err
	}
	switch {
	case !c.running || !ofNodes(e.Key) || bytes.Equal(old.Value, e.Value):
		return sameEntry(old, e)
	case strings.HasPrefix(e.Key, tokenKey):
		return c.besides(ctx, e, old) // that of the target holds: its text is in a node's folder
	}
	if _, err = c.to.Put(ctx, e.Key, e.Value, old.Revision); err == nil {
		c.sum.added.Add(1)
	}
	return err
}

// ofNodes says whether nodes make an entry without being asked to: the operator's
// token of the first start, what is counted of audiences, the clock's pace.
func ofNodes(key string) bool {
	return strings.HasPrefix(key, tokenKey) || strings.HasPrefix(key, "audience/") || strings.HasPrefix(key, "live/")
}

func sameEntry(there, e store.Entry) error {
	if !bytes.Equal(there.Value, e.Value) {
		return fmt.Errorf("%w: its entry %s differs", ErrOther, e.Key)
	}
	return nil
}

// withoutLeft takes out the journals that were left since they are damaged and
// belong to nothing, and what speaks of them: a copy begins without.
func withoutLeft(entries []store.Entry, journals []store.Journal) ([]store.Entry, []store.Journal) {
	left := map[string]bool{}
	for _, e := range entries {
		left[e.Key] = strings.HasPrefix(e.Key, store.LeftPrefix)
	}
	return slices.DeleteFunc(entries, func(e store.Entry) bool { return left[e.Key] }),
		slices.DeleteFunc(journals, func(j store.Journal) bool { return left[store.LeftKey(j.Key)] })
}

// described is as much of a match's entry as says which journal it has to have.
type described struct {
	Info struct {
		ID, Epoch, Home, Visit string
	}
	Over *struct{ Last int64 }
}

// lookFor reports what the catalogue and the journals know of each other and
// that is not there. read is how many records there were of each.
func (c *copying) lookFor(entries []store.Entry, read map[store.Key]int64) {
	known, teams := map[store.Key]bool{}, map[string]bool{}
	for _, e := range entries {
		teams[e.Key] = true
	}
	for _, e := range entries {
		var d described
		if !isMatch(e) {
			continue
		}
		if err := json.Unmarshal(e.Value, &d); err != nil {
			c.damage("the catalogue's entry %s: %v", e.Key, err)
			continue
		}
		key := store.Key{Match: strings.TrimPrefix(e.Key, matchKey), Epoch: d.Info.Epoch}
		known[key] = true
		if n := read[key]; d.Over != nil && n != reported && n < d.Over.Last {
			c.damage("match %s: it ended with record %d, its journal has %d", key.Match, d.Over.Last, n)
		}
		for _, team := range []string{d.Info.Home, d.Info.Visit} {
			if !teams["team/"+team] {
				teams["team/"+team] = true
				c.damage("team %s: its entry in the catalogue is lost", team)
			}
		}
	}
	for key, n := range read {
		if !known[key] && n != 0 {
			c.damage("match %s with the epoch %s: its entry in the catalogue is lost", key.Match, key.Epoch)
		}
	}
}
