package redis

import (
	"testing"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, storetest.Suite{Lasts: true, Network: network, New: func(t *testing.T) storetest.Opener {
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

func network(t *testing.T) storetest.Backend {
	s := serve(t)
	return storetest.Backend{
		Addresses: []string{"127.0.0.1:" + s.port},
		Open: func(t *testing.T, addresses []string) store.Store {
			return s.open(func(o *Options) { o.URL, o.Patience = "redis://"+addresses[0], time.Second })
		},
		Wipe: func(t *testing.T) {
			s.kill()
			s.wipe()
			s.start()
		},
	}
}
