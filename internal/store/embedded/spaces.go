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
