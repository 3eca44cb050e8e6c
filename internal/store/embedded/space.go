package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"

	"matchstream/internal/store"
)

// A full disk in the middle of a write leaves open what is stored, and the
// server behind it unable to go on. So some space is kept: when less is free,
// records are refused before anything is written. A part of what is kept is for
// what frees space (the end of a match that is deleted).
const (
	keptSpace     = 64 << 20 // bytes, but
	keptSpacePart = 20       // at most one in so many of the file system
	freeingPart   = 4        // one in so many of them is kept even then
)

// space is the file system that a folder is on.
type space struct {
	dir   string
	log   *slog.Logger
	short atomic.Bool
}

// check refuses when there is too little space: an error that is
// store.ErrFull. It asks the kernel each time, which takes a microsecond.
func (s *space) check(ctx context.Context) error {
	free, total, known := freeSpace(s.dir)
	if !known {
		return nil
	}
	kept := min(keptSpace, total/keptSpacePart)
	limit := kept
	if store.IsFreeing(ctx) {
		limit = kept / freeingPart
	}
	if free >= kept {
		if s.short.Swap(false) {
			s.log.Info("store: there is space again, records are taken", "folder", s.dir, "free", free)
		}
	}
	if free >= limit {
		return nil
	}
	err := fmt.Errorf("%w: the disk of %s has %s free, %s are kept free: make space there (delete old matches, or --keep), or give the folder a larger disk; it then goes on by itself",
		store.ErrFull, s.dir, megabytes(free), megabytes(kept))
	if !s.short.Swap(true) {
		s.log.Error("store: records are refused", "cause", err)
	}
	return err
}

func megabytes(n uint64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// probe says whether the folder takes writes: a file's worth, synced.
func probe(dir string) error {
	path := filepath.Join(dir, versionFile+".tmp") // a name that may lie there
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o640)
	if err != nil {
		return writable(err)
	}
	_, err = f.Write(make([]byte, 64<<10))
	return errors.Join(writable(err), f.Sync(), f.Close(), os.Remove(path))
}
