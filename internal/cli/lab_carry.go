package cli

import (
	"context"
	"errors"
	"os"

	"matchstream/internal/lab/fleet"
)

// labCarryCommand is what the lab starts by itself to carry a part of a crowd.
type labCarryCommand struct{}

// Run carries users for the process that has started this one.
func (labCarryCommand) Run(ctx context.Context, w *world) error {
	in, isFile := w.stdin.(*os.File)
	out, isFileToo := w.stdout.(*os.File)
	if !isFile || !isFileToo {
		return errors.New("expected to be started by matchstream lab")
	}
	return fleet.Carry(ctx, in, out, nil)
}
