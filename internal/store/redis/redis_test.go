package redis

import (
	"testing"

	"matchstream/internal/store"
	"matchstream/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, storetest.Suite{Lasts: true, New: func(t *testing.T) storetest.Opener {
		s := serve(t)
		again := false
		return func(t *testing.T) store.Store {
			if again { // the data lasts over a restart of the server, too
				s.stop()
				s.start()
			}
			again = true
			return s.open()
		}
	}})
}
