package live

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"

	"matchstream/internal/match"
	"matchstream/internal/store"
)

// teams is the catalogue's teams, in memory.
type teams struct {
	mu struct {
		sync.RWMutex
		of map[string]catalogedTeam
	}
}

type catalogedTeam struct {
	Format int        `json:"v"`
	Team   match.Team `json:"team"`

	revision uint64 // of the catalogue's entry
}

// get a team; one that is not known has its id for a name.
func (t *teams) get(id string) match.Team {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if c, ok := t.mu.of[id]; ok {
		return c.Team
	}
	return match.Team{ID: id, Name: id}
}

// Teams lists all teams, by id.
func (l *Live) Teams() []match.Team {
	l.teams.mu.RLock()
	defer l.teams.mu.RUnlock()
	all := make([]match.Team, 0, len(l.teams.mu.of))
	for _, c := range l.teams.mu.of {
		all = append(all, c.Team)
	}
	slices.SortFunc(all, func(a, b match.Team) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Team finds one.
func (l *Live) Team(id string) (match.Team, bool) {
	l.teams.mu.RLock()
	defer l.teams.mu.RUnlock()
	c, ok := l.teams.mu.of[id]
	return c.Team, ok
}

// PutTeam creates or changes a team; the Revision is counted here. Errors:
// *match.Error (Malformed), the store's.
func (l *Live) PutTeam(ctx context.Context, t match.Team) (stored match.Team, created bool, err error) {
	t.Revision = 0
	if err := t.Validate(); err != nil {
		return t, false, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.patience)
	defer cancel()
	for tried := false; ; tried = true {
		old, err := l.store.Get(ctx, teamKey+t.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			if tried {
				err = perhaps(err)
			}
			return t, false, err
		}
		created = err != nil
		if !created {
			c, err := decodeTeam(old)
			if err != nil {
				return t, false, err
			}
			t.Revision = c.Team.Revision
			if reflect.DeepEqual(c.Team, t) {
				return t, false, nil
			}
			t.Revision++
		}
		value := encode(catalogedTeam{Format: format, Team: t})
		rev, err := l.store.Put(ctx, teamKey+t.ID, value, old.Revision)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return t, false, err
		}
		return t, created, l.cataloguedTeam(store.Entry{Key: teamKey + t.ID, Value: value, Revision: rev})
	}
}

// cataloguedTeam takes a team's entry, and shows it in the team's matches.
func (l *Live) cataloguedTeam(e store.Entry) error {
	if e.Value == nil {
		return nil // teams are not deleted
	}
	c, err := decodeTeam(e)
	if err != nil {
		return err
	}
	id := strings.TrimPrefix(e.Key, teamKey)
	if l.teams.set(id, c) {
		l.board.changedTeam(c.Team)
	}
	l.entries.all(func(m *entry) bool {
		if d := m.described.Load(); d.Info.Home == id || d.Info.Visit == id {
			m.redescribe(nil)
		}
		return true
	})
	return nil
}

// set a team unless a later one is known; true: it is another than before.
func (t *teams) set(id string, c catalogedTeam) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.mu.of == nil {
		t.mu.of = make(map[string]catalogedTeam)
	}
	old := t.mu.of[id]
	if old.revision < c.revision {
		t.mu.of[id] = c
	}
	return old.revision < c.revision && !reflect.DeepEqual(old.Team, c.Team)
}
