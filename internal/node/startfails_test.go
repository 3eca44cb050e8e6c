package node_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"matchstream/internal/node"
)

// A start that fails ends, and says why, also while somebody asks by a door
// that was open for a moment: what polls a server that restarts.
func TestAFailedStartEnds(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	port := busy.Addr().(*net.TCPAddr).Port
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := free.Addr().String()
	free.Close()
	over := make(chan struct{})
	var polling sync.WaitGroup
	defer polling.Wait()
	defer close(over)
	for range 4 {
		polling.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
				}
				if c, err := net.Dial("tcp", at); err == nil {
					fmt.Fprintf(c, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
					io.Copy(io.Discard, c)
					c.Close()
				}
			}
		})
	}
	for range 20 {
		c := config(t)
		c.HTTP, c.TCP = at, fmt.Sprintf("127.0.0.1:%d-%d", port-19, port) // that takes a moment
		if n, err := node.Start(context.Background(), c); err == nil {
			n.Shutdown(context.Background())
			t.Fatal("two servers on one port")
		}
	}
}
