package peers

import (
	"net"
	"time"

	"github.com/nats-io/nats.go"
)

// inside is where the store's connection finds the server that runs now: one whose
// disk has failed is replaced by another.
type inside struct{ s *Store }

// InProcessConn implements nats.InProcessConnProvider.
func (i inside) InProcessConn() (net.Conn, error) {
	r, err := i.s.server()
	if err != nil {
		return nil, err
	}
	return r.server.InProcessConn()
}

// connect to the server in this process.
func (s *Store) connect() (err error) {
	s.conn, err = nats.Connect("", nats.InProcessServer(inside{s}), nats.UserInfo(user, s.plan.password), nats.Name("matchstream "+s.plan.node),
		nats.ReconnectBufSize(-1), // what is sent without a connection must not leave later
		nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond), nats.ReconnectJitter(0, 0),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			s.log.Warn("store: connection to the server of the cluster", "cause", err)
		}))
	return err
}
