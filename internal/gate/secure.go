package gate

import (
	"crypto/tls"
	"net"

	"matchstream/internal/pump"
)

// overTLS is a connection over TLS. The handshake is made by whoever reads of it
// first, or writes.
func (g *Gate) overTLS(c net.Conn, with *tls.Config) net.Conn {
	return tls.Server(pump.NewSteady(c, g.SendTimeout), with)
}
