package embedded

import (
	"testing"

	"matchstream/internal/store"
	"matchstream/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, storetest.Suite{Lasts: true, New: func(t *testing.T) storetest.Opener {
		dir := t.TempDir()
		return func(t *testing.T) store.Store { return open(t, dir) }
	}})
}
