package embedded

import (
	"context"
	"log/slog"
)

// Space is how much of a folder's disk may be used; some is kept free (space.go).
type Space struct{ space }

// NewSpace of a folder's disk. What there is to say is logged.
func NewSpace(dir string, log *slog.Logger) *Space {
	s := &Space{}
	s.dir, s.log = dir, log
	return s
}

// Check refuses when there is too little space: an error that is store.ErrFull. It
// asks the kernel each time.
func (s *Space) Check(ctx context.Context) error { return s.check(ctx) }

// Free is how many bytes are free on the folder's file system. It asks the kernel each
// time, as Check does: the two never contradict each other.
func (s *Space) Free() int64 {
	free, _, _ := freeSpace(s.dir)
	return int64(free)
}

// Used is how many bytes the files in the folder take. It looks at each.
func (s *Space) Used() int64 { return usedIn(s.dir) }
