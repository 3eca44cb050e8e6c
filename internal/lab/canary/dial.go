package canary

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
)

// own is where the canary calls from on loopback. A crowd there uses up all ports of the
// usual address before it takes others, from 127.0.0.2 on to 127.0.0.201; whoever else
// came from there then could not come, which would be no fault of the server.
var own = netip.MustParseAddr("127.0.0.253")

// dial connects: on loopback from an address of its own, where the system has it.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	if !loopback(ctx, address) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	from := &net.TCPAddr{IP: own.AsSlice()}
	conn, err := (&net.Dialer{LocalAddr: from}).DialContext(ctx, network, address)
	if err == nil || ctx.Err() != nil || !unusable(err) {
		return conn, err
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// loopback says whether an address is of IPv4's.
func loopback(ctx context.Context, address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	all, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", host)
	return err == nil && len(all) > 0 && all[0].Unmap().IsLoopback()
}

// unusable: the system does not have that address, or no port of it.
func unusable(err error) bool { return errors.Is(err, syscall.EADDRNOTAVAIL) }
