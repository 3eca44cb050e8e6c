package memory_test

import (
	"testing"

	"go.uber.org/goleak"

	"matchstream/internal/store"
	"matchstream/internal/store/memory"
	"matchstream/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T) {
	storetest.Run(t, storetest.Suite{New: func(*testing.T) storetest.Opener {
		return func(*testing.T) store.Store { return memory.New() }
	}})
}
