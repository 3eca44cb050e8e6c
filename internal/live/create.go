package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"matchstream/internal/match"
	"matchstream/internal/store"
)

// created is the answer to the request that made a match, for its repeats.
type created struct {
	Format int             `json:"v"`
	Once   string          `json:"once"`
	Body   string          `json:"body"`
	Answer json.RawMessage `json:"answer"`
	At     int64           `json:"at"` // Unix milliseconds
}

func (c *created) expired(now time.Time) bool {
	return time.UnixMilli(c.At).Before(now.Add(-remembered))
}

// answers gives the first answer, if this is a repeat of that request.
func (c *created) answers(once, body string, now time.Time) ([]byte, bool, error) {
	if c == nil || once == "" || c.Once != once || c.expired(now) {
		return nil, false, nil
	}
	if c.Body != body {
		return nil, true, ErrKeyReused
	}
	return c.Answer, true, nil
}

// Create makes a match. The answer is what Creation.Answer rendered, now or,
// for a repeat, the first time. Errors: *match.Error (Malformed: the teams
// must exist), ErrExists, ErrKeyReused, those of the store.
func (l *Live) Create(ctx context.Context, c Creation) (answer []byte, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.patience)
	defer cancel()
	once, body := c.Once.hashes()
	info := c.Info
	if err := info.Validate(); err != nil {
		return nil, err
	}
	info.ID = match.MakeID(info.Home, info.Visit, info.Date)
	if l.createdAnother(info.ID, once) {
		return nil, ErrKeyReused
	}
	if answer, ok, err := l.createdBefore(ctx, info.ID, once, body); ok || err != nil {
		return answer, err
	}
	view := match.View{}
	for side, id := range []string{match.Home: info.Home, match.Visit: info.Visit} {
		team, ok, err := l.askedTeam(ctx, id)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, &match.Error{Reason: match.Malformed, Field: [...]string{"home", "visit"}[side],
				Message: fmt.Sprintf("unknown team %q: create it first (PUT /1/team/%s)", id, id)}
		}
		view.Teams[side] = team
	}
	if info.Epoch, err = match.NewEpoch(l.random); err != nil {
		return nil, fmt.Errorf("no randomness for an epoch: %w", err)
	}
	info.Created, info.Revision = l.clock().UnixMilli(), 0
	view.Info, view.State = info, match.New(info.Home, info.Visit, info.Speed)
	answer = c.Answer(view)
	d := &description{Format: format, Info: info, Base: revisions(view)}
	if once != "" {
		d.Created = &created{Format: format, Once: once, Body: body, Answer: answer, At: info.Created}
	}
	rev, err := l.store.Put(ctx, matchKey+info.ID, encode(d), 0)
	if errors.Is(err, store.ErrConflict) {
		// Another was faster: perhaps this very request, on another way; or this
		// very call, and who calls it a conflict is a leader no more.
		own, err := l.store.Get(ctx, matchKey+info.ID)
		if err != nil {
			return nil, perhaps(err)
		}
		if bytes.Equal(own.Value, encode(d)) {
			return answer, l.cataloguedMatch(own)
		}
		answer, ok, err := l.createdBefore(ctx, info.ID, once, body)
		if !ok && err == nil {
			err = ErrExists
		}
		return answer, err
	}
	if err != nil {
		return nil, err
	}
	if err := l.cataloguedMatch(store.Entry{Key: matchKey + info.ID, Value: encode(d), Revision: rev}); err != nil {
		return nil, err
	}
	if e, ok := l.entry(info.ID); ok {
		if _, err := e.load(ctx); err != nil {
			l.log.Warn("a new match cannot be read", "match", info.ID, "cause", err)
		}
	}
	return answer, nil
}

// createdBefore looks whether the request was answered before; ErrExists if
// the match was made by another.
func (l *Live) createdBefore(ctx context.Context, id, once, body string) ([]byte, bool, error) {
	if once != "" {
		// What it made may be deleted by now; a repeat must not make it again.
		entry, err := l.store.Get(ctx, onceKey+keyPart(once))
		if err == nil {
			var c created
			if err := decode(entry.Value, &c); err != nil {
				return nil, false, err
			}
			if answer, ok, err := c.answers(once, body, l.clock()); ok {
				return answer, ok, err
			}
		} else if !errors.Is(err, store.ErrNotFound) {
			return nil, false, err
		}
	}
	entry, err := l.store.Get(ctx, matchKey+id)
	if errors.Is(err, store.ErrNotFound) {
		if e, ok := l.entry(id); ok && e.damage.Load() != nil {
			return nil, false, ErrExists // its entry is lost; it can be deleted
		}
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	d, err := decodeDescription(entry)
	if err != nil {
		return nil, false, err
	}
	if answer, ok, err := d.Created.answers(once, body, l.clock()); ok {
		return answer, ok, err
	}
	return nil, false, ErrExists
}

// createdAnother says whether the key made another match: then this is not the
// same body. (Of two such requests at the same moment both may be served.)
func (l *Live) createdAnother(id, once string) (found bool) {
	if once == "" {
		return false
	}
	l.entries.all(func(e *entry) bool {
		d := e.described.Load()
		found = d.Created != nil && d.Created.Once == once &&
			!d.Created.expired(l.clock()) && d.Info.ID != id
		return !found
	})
	return found
}

// keyPart makes a hash fit for a catalogue key, which knows no upper case.
func keyPart(hash string) string {
	var b strings.Builder
	for _, c := range []byte(hash) {
		fmt.Fprintf(&b, "%02x", c)
	}
	return b.String()
}

// keepCreated keeps the answer of a match's creation when the match goes.
func (l *Live) keepCreated(ctx context.Context, d *description) error {
	if d.Created == nil || d.Created.expired(l.clock()) {
		return nil
	}
	kept := *d.Created
	kept.Format = format
	key := onceKey + keyPart(kept.Once)
	old, err := l.store.Get(ctx, key) // of an earlier day, or this very one
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	_, err = l.store.Put(ctx, key, encode(kept), old.Revision)
	if errors.Is(err, store.ErrConflict) {
		return nil // another node keeps it
	}
	return err
}

// forgetOnces removes kept answers that nobody may ask for any more.
func (l *Live) forgetOnces(ctx context.Context, all []store.Entry) {
	for _, e := range all {
		var c created
		if !strings.HasPrefix(e.Key, onceKey) || decode(e.Value, &c) != nil || !c.expired(l.clock()) {
			continue
		}
		if err := l.store.Delete(ctx, e.Key, e.Revision); err != nil {
			l.log.Warn("an old answer stays in the catalogue", "key", e.Key, "cause", err)
		}
	}
}
