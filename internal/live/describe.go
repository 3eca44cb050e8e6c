package live

import (
	"fmt"
	"strings"

	"matchstream/internal/store"
)

// decodeDescription reads a match's entry of the catalogue, and refuses one that
// cannot be: a clear word now is better than a strange match later.
func decodeDescription(e store.Entry) (*description, error) {
	d := &description{revision: e.Revision}
	err := decode(e.Value, d)
	if err == nil {
		err = d.check(strings.TrimPrefix(e.Key, matchKey))
	}
	if err != nil {
		return nil, unlikely(e, err)
	}
	return d, nil
}

// decodeTeam reads a team's entry of the catalogue likewise.
func decodeTeam(e store.Entry) (catalogedTeam, error) {
	c := catalogedTeam{revision: e.Revision}
	err := decode(e.Value, &c)
	if err == nil {
		err = c.check(strings.TrimPrefix(e.Key, teamKey))
	}
	if err != nil {
		return c, unlikely(e, err)
	}
	return c, nil
}

func unlikely(e store.Entry, err error) error {
	return fmt.Errorf("catalogue entry %s: %w", e.Key, err)
}

// wrong is a value that the program which wrote it would not have written.
func wrong(format string, a ...any) error {
	return fmt.Errorf("stored value is damaged: "+format+": restore the store from a backup or a replica (matchstream admin copy)", a...)
}

func (d *description) check(id string) error {
	switch info := d.Info; {
	case info.ID == "":
		return wrong("it has no description of a match (info)")
	case info.ID != id:
		return wrong("it describes the match %.80q", info.ID)
	case info.Epoch == "":
		return wrong("its match has no epoch")
	case info.Created <= 0, info.Revision < 0, d.Base < 0:
		return wrong("its match has the creation time %d, the revisions %d and %d", info.Created, info.Revision, d.Base)
	}
	if err := d.Info.Validate(); err != nil {
		return wrong("%w", err)
	}
	if d.Told != nil && d.Told.Standing == nil {
		return wrong("it does not say how its match stands")
	}
	if o := d.Over; o != nil && (o.Last < 1 || o.Since <= 0 || min(o.Score[0], o.Score[1], o.Penalties[0], o.Penalties[1]) < 0) {
		return wrong("its match cannot be over like this: %+v", *o)
	}
	return nil
}

func (c *catalogedTeam) check(id string) error {
	switch {
	case c.Team.ID == "":
		return wrong("it has no team")
	case c.Team.ID != id:
		return wrong("it is of the team %.80q", c.Team.ID)
	case c.Team.Revision < 0:
		return wrong("its team has the revision %d", c.Team.Revision)
	}
	if err := c.Team.Validate(); err != nil {
		return wrong("%w", err)
	}
	return nil
}
