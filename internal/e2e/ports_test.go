package e2e

import (
	"fmt"
	"net"
	"os"
	"sync"
	"testing"
)

// loopback is one of this process' own addresses: no other process of tests listens
// there, and clients' own ports are on 127.0.0.1.
func loopback(n int) string {
	return fmt.Sprintf("127.%d.%d.%d", 1+os.Getpid()/250%250, 1+os.Getpid()%250, n)
}

// given are the addresses that were given out, for good: a process that was killed comes
// back to its own, whatever else runs at the same time.
var given sync.Map

// freeAddress finds an address that stays free, of a host that is a loopback's.
func freeAddress(t testing.TB, host string) string {
	t.Helper()
	for {
		l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Fatal(err)
		}
		address := l.Addr().String()
		l.Close()
		if _, taken := given.LoadOrStore(address, true); !taken {
			return address
		}
	}
}

// freePorts are three, for a process.
func freePorts(t testing.TB) []string {
	t.Helper()
	return []string{freeAddress(t, loopback(2)), freeAddress(t, loopback(2)), freeAddress(t, loopback(2))}
}
