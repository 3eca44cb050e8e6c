package live

import (
	"context"
	"errors"
	"fmt"

	"matchstream/internal/match"
	"matchstream/internal/store"
)

// findLost compares what journals there are with what the catalogue says, since
// a disk loses entries without a word, and gives the journals. A match whose
// entry is lost is served as far as its journal tells it; of one that is over,
// and is not read at a start, too few records are noticed.
func (l *Live) findLost(ctx context.Context) (counted map[store.Key]store.Journal, err error) {
	left, err := l.listed(ctx, store.LeftPrefix)
	if err != nil {
		return nil, err
	}
	spared := make(map[string]bool, len(left))
	for _, e := range left {
		spared[e.Key] = true
	}
	journals, err := l.store.Journals(ctx)
	if err != nil {
		return nil, err
	}
	counted = make(map[store.Key]store.Journal, len(journals))
	for _, j := range journals {
		counted[j.Key] = j
		if e, ok := l.entry(j.Key.Match); (!ok || e.key != j.Key) && !spared[store.LeftKey(j.Key)] {
			if err := l.adopt(ctx, j.Key); err != nil {
				return nil, err
			}
		}
	}
	strangers := make(map[string]bool)
	l.entries.all(func(e *entry) bool {
		d := e.described.Load()
		if n := counted[e.key].Records; d.Over != nil && n < d.Over.Last && l.isDescribed(ctx, e.key) {
			e.hurt(&DamagedError{Match: e.key.Match, Last: n,
				Cause: fmt.Errorf("%w: it ended with record %d, its journal has %d", store.ErrDamaged, d.Over.Last, n)})
		}
		for _, id := range []string{d.Info.Home, d.Info.Visit} {
			if _, ok := l.Team(id); !ok && !strangers[id] {
				strangers[id] = true
				l.log.Error("a team that has matches is not in the catalogue: its entry is lost; its id is shown for its name", "team", id, "do", "put it anew: PUT /1/team/<id>")
			}
		}
		return true
	})
	return counted, nil
}

// listed is a part of the catalogue, as much of it as can be read.
func (l *Live) listed(ctx context.Context, prefix string) ([]store.Entry, error) {
	all, err := l.store.List(ctx, prefix)
	if errors.Is(err, store.ErrDamaged) {
		l.log.Error("a part of the catalogue is lost; what is left is served", "cause", err)
		err = nil
	}
	return all, err
}

// isDescribed says whether a match still is in the catalogue: another node may
// have deleted it since it was read. Of one whose entry is lost, or that cannot be
// asked for, it says so, too.
func (l *Live) isDescribed(ctx context.Context, key store.Key) bool {
	c, err := l.store.Get(ctx, matchKey+key.Match)
	if err != nil {
		return !errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrDamaged)
	}
	d, err := decodeDescription(c)
	return err != nil || d.Info.Epoch == key.Epoch
}

// count reads a match anew of which fewer records are known than there are:
// some have come since, or cannot be read.
func (e *entry) count(ctx context.Context, expected int64) (*moment, error) {
	now, err := e.reload(ctx)
	if err == nil && !now.deleted && now.number() < expected {
		now = e.broken(ctx, now, fmt.Errorf("%w: the journal has %d records, %d can be read", store.ErrDamaged, expected, now.number()))
	}
	return now, err
}

// adopt looks after a journal that no entry of the catalogue speaks of. Where a
// deletion was cut off it goes on with it; else the entry is lost.
func (l *Live) adopt(ctx context.Context, key store.Key) error {
	c, err := l.store.Get(ctx, matchKey+key.Match)
	if err == nil {
		// Made by another node since the catalogue was read, perhaps.
		if d, err := decodeDescription(c); err == nil && d.Info.Epoch == key.Epoch {
			return l.cataloguedMatch(c)
		}
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	records, err := l.store.Read(ctx, key, 1)
	if err != nil && !errors.Is(err, store.ErrDamaged) {
		return err
	}
	if len(records) == 0 {
		l.log.Warn("a journal without a match has nothing that can be read; it is left as it is", "match", key.Match, "epoch", key.Epoch, "cause", err)
		return nil
	}
	if last, err := decodeRecord(records[len(records)-1].Data); err == nil && last.Deleted {
		return l.store.Purge(ctx, key)
	}
	d, err := guess(key, records)
	if err == nil {
		e := newEntry(l, d)
		if _, taken := l.entries.add(key.Match, e); !taken {
			e.hurt(&DamagedError{Match: key.Match, Last: int64(len(records)),
				Cause: fmt.Errorf("%w: its entry in the catalogue is lost: stadium, competition, kick-off and speed are not known", store.ErrDamaged)})
			return nil
		}
		err = fmt.Errorf("a match of that name was made since")
	}
	l.log.Error("a journal has no match and cannot be shown; it is left as it is", "match", key.Match, "epoch", key.Epoch, "records", len(records), "cause", err)
	return nil
}

// guess is as much of a match's description as its journal tells.
func guess(key store.Key, records []store.Record) (*description, error) {
	home, visit, date, err := match.ParseID(key.Match)
	if err != nil {
		return nil, err
	}
	d := &description{Format: format, Info: match.Info{ID: key.Match, Epoch: key.Epoch, Home: home, Visit: visit, Date: date, Speed: 1}}
	if first, err := decodeRecord(records[0].Data); err == nil && first.Event != nil {
		d.Info.Created = first.Event.Timestamp
	}
	return d, nil
}
