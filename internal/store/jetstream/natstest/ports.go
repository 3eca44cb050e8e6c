package natstest

import (
	"fmt"
	"net"
	"os"
	"sync"
	"testing"
)

// Host is the address of all servers of this process: one of loopback that no other
// process uses, and on which no client has a port.
var Host = fmt.Sprintf("127.%d.%d.1", 1+os.Getpid()/250%250, 1+os.Getpid()%250)

// given are the ports of Host that were given out, for good: a server that was killed
// comes back to its own.
var given struct {
	sync.Mutex
	ports map[int]bool
}

// freePorts are free, and stay so for who asked, whatever else runs at the same time.
func freePorts(t testing.TB, n int) (ports []int) {
	t.Helper()
	given.Lock()
	defer given.Unlock()
	if given.ports == nil {
		given.ports = make(map[int]bool)
	}
	for len(ports) < n {
		l, err := net.Listen("tcp", net.JoinHostPort(Host, "0"))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if port := l.Addr().(*net.TCPAddr).Port; !given.ports[port] {
			given.ports[port] = true
			ports = append(ports, port)
		}
	}
	return ports
}
