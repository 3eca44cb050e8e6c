package requests

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

// lastSource is the last of the addresses 127.0.0.2 … that are called from.
const lastSource = 250

// dialer connects users to a server. Any goroutine may call its methods.
type dialer struct {
	to      []netip.AddrPort // all that its name stands for
	first   atomic.Int32     // the one that answered last
	source  atomic.Int32     // 0: as the kernel chooses; n: 127.0.0.(n+1)
	connect func(ctx context.Context, from netip.Addr, to netip.AddrPort, until time.Time) (net.Conn, error)
}

// dial connects. Where a name has several addresses (localhost is ::1, too) the others
// are tried when one refuses; the error is that of the first.
func (d *dialer) dial(ctx context.Context, until time.Time) (net.Conn, error) {
	var refused error
	first := int(d.first.Load())
	for i := range d.to {
		at := (first + i) % len(d.to)
		c, err := d.from(ctx, d.to[at], until)
		if err == nil {
			d.first.Store(int32(at))
			return c, nil
		}
		if refused == nil {
			refused = err
		}
		if isOwn(err) {
			break
		}
	}
	return nil, refused
}

// from connects from the source that has ports left. A source has 28,000 of them, and
// each user who has left keeps his for a minute (TIME-WAIT; where the kernel lets it be
// used again on loopback, net.ipv4.tcp_tw_reuse, for a second).
func (d *dialer) from(ctx context.Context, to netip.AddrPort, until time.Time) (net.Conn, error) {
	for {
		n := d.source.Load()
		from := netip.Addr{}
		if n > 0 {
			from = netip.AddrFrom4([4]byte{127, 0, 0, byte(n + 1)})
		}
		c, err := d.connect(ctx, from, to, until)
		if err == nil || !isPorts(err) || !to.Addr().Is4() || !to.Addr().IsLoopback() || n == lastSource {
			return c, err
		}
		d.source.CompareAndSwap(n, n+1) // or another has moved on already
	}
}

// connect makes a connection; from may be the zero Addr. Keep-alive probes are off:
// nobody is connected for so long, and it saves three system calls.
func connect(ctx context.Context, from netip.Addr, to netip.AddrPort, until time.Time) (net.Conn, error) {
	d := net.Dialer{Deadline: until, KeepAlive: -1}
	if from.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
	}
	return d.DialContext(ctx, "tcp", to.String())
}
