package node

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
)

// freePorts is how many ports behind a taken one are tried.
const freePorts = 100

// Ports reads a TCP address with a port or a range of ports: ":9999",
// "0.0.0.0:9100-9103".
func Ports(address string) (host string, first, last int, err error) {
	malformed := fmt.Errorf("expected host:port or host:first-last with ports from 0 to 65535, the host may be left out: %q", address)
	host, ports, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, 0, malformed
	}
	from, to, isRange := strings.Cut(ports, "-")
	if !isRange {
		to = from
	}
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil || first < 0 || last > 65535 || first > last || isRange && first == 0 {
		return "", 0, 0, malformed
	}
	return host, first, last, nil
}

// open an address by f. Where nextFree is set, a taken port is replaced by the
// next free one.
func open(address string, nextFree bool, f func(address string) error) error {
	err := f(address)
	if err == nil || !nextFree || !errors.Is(err, syscall.EADDRINUSE) {
		return inUse(err, address)
	}
	host, port, _, perr := Ports(address)
	if perr != nil {
		return perr
	}
	for next := port + 1; next <= min(port+freePorts, 65535); next++ {
		err := f(net.JoinHostPort(host, strconv.Itoa(next)))
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) {
			return err
		}
	}
	return fmt.Errorf("%s is taken, and so are the %d ports behind it: %w", address, freePorts, err)
}

// inUse adds what to do.
func inUse(err error, address string) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is taken by another program (ss -ltnp shows which); choose another address: %w", address, err)
	}
	return err
}

// listen opens an address for net/http.
func listen(address string, nextFree bool) (l net.Listener, err error) {
	err = open(address, nextFree, func(address string) (err error) {
		l, err = net.Listen("tcp", address)
		return err
	})
	return l, err
}

// port of an address that a listener has been given.
func port(at net.Addr) int {
	if a, ok := at.(*net.TCPAddr); ok {
		return a.Port
	}
	return 0
}
