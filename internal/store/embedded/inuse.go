package embedded

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// inUse is what a store works with: its folder, or a copy of it that is read
// only (readonly.go).
type inUse struct {
	*engine
	tally  *tally
	folder *folder // locked; nil: not to be had
	aside  *aside  // not nil: the engine is on this copy
}

// open takes the folder into use. Where it cannot be written, what is in it is
// read from a copy until it can.
func (s *Store) open(ctx context.Context) error {
	next, err := s.take(ctx)
	if err != nil && !s.bulk && ctx.Err() == nil && s.isUnwritable(err) {
		next, err = s.readOnly(ctx, err)
	}
	if err != nil {
		return err
	}
	s.use(next)
	if !s.bulk {
		removeLeft() // when the folder could not be written last time
		s.keep()
		s.healing.Go(s.heal)
	}
	return nil
}

// use what is new, when no call is under way.
func (s *Store) use(next inUse) {
	s.inUse = next
	s.condition.Store(next.health)
	s.ends.clear() // other records may have the marks of those that were not kept
}

// keep the tally of the folder in step with its file.
func (s *Store) keep() {
	if t := s.tally; s.folder != nil {
		s.healing.Go(func() { t.keep(s.closing) })
	}
}

// take locks the folder, makes it if need be, and starts an engine on it.
// Nothing is left if it fails.
func (s *Store) take(ctx context.Context) (use inUse, err error) {
	folder, err := lockFolder(s.dir)
	if err != nil {
		return inUse{}, err
	}
	use.folder = folder
	defer func() {
		if err != nil {
			err = errors.Join(err, use.release(false))
			use = inUse{}
		}
	}()
	if folder.version < version {
		// A start that was cut off may have left one; older programs do not keep it.
		if err := os.Remove(filepath.Join(s.dir, tallyFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return use, writable(err)
		}
	}
	found := false
	if use.tally, found, err = openTally(s.dir, s.log); err != nil {
		return use, err
	}
	if folder.fresh { // before all else, or a start that is cut off leaves what looks like somebody else's
		if err := folder.mark(); err != nil {
			return use, err
		}
	}
	if !found && !folder.fresh && folder.version == version {
		s.log.Error("store: the tally of what was acknowledged is missing; it is made anew of what can be read", "file", use.tally.path,
			"do", "if the folder came from a copy, copy all of it; what is lost at the end of a match is not noticed this time")
	}
	use.engine, err = s.start(ctx, s.dir, use.tally, folder.clean && use.tally.whole)
	if err == nil {
		err = folder.mark()
	}
	if err == nil && folder.fresh {
		// The server syncs files, and directories only now and then.
		err = syncTree(s.dir)
	}
	return use, err
}

// start an engine on a folder, the store's or a copy, whose blocks are repaired
// first, and let the tally know what is there.
func (s *Store) start(ctx context.Context, dir string, t *tally, clean bool) (*engine, error) {
	blocks, err := blocksOf(dir)
	if err != nil {
		return nil, err
	}
	if err := repair(ctx, dir, blocks, clean, t.whole, s.log); err != nil {
		return nil, err
	}
	if blocks, err = blocksOf(dir); err != nil {
		return nil, err
	}
	e, err := startEngine(ctx, s.closing, dir, s.log, !s.bulk && dir == s.dir, blocks)
	if err != nil {
		return nil, err
	}
	if err := t.reconcile(ctx, e, !clean); err != nil {
		e.end()
		return nil, err
	}
	return e, nil
}

// release ends it all, when no call is under way. toSync: nothing was synced
// before.
func (u inUse) release(toSync bool) (err error) {
	well := u.engine != nil && u.health.failed.Err() == nil
	if u.engine != nil {
		u.engine.end()
	}
	if u.tally != nil {
		err = u.tally.close()
	}
	if u.aside != nil {
		err = errors.Join(err, u.aside.remove())
	}
	if u.folder == nil {
		return err
	}
	if well && toSync {
		err = errors.Join(err, syncAll(u.folder.dir))
	}
	if well && err == nil {
		err = u.folder.closed()
	}
	return errors.Join(err, u.folder.unlock())
}

// isUnwritable says whether a folder that was not taken is a store's, and can be
// had when it takes writes again.
func (s *Store) isUnwritable(err error) bool {
	var taken *lockedError
	if v, bad := checkVersion(s.dir); bad != nil || v == 0 || errors.As(err, &taken) {
		return false
	}
	return probe(s.dir) != nil || s.space.check(context.Background()) != nil
}
