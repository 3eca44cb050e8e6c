package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// idlers take connections and make nothing of them.
type idlers struct {
	*process
	mu    sync.Mutex
	conns []net.Conn
	over  bool
	back  int
	all   sync.WaitGroup
}

// come takes so many connections, of each kind.
func (i *idlers) come(t *testing.T, n int) {
	t.Helper()
	for kind := range n {
		if err := i.one(kind); err != nil {
			t.Fatal(err)
		}
	}
}

// storm has so many come back whenever they are closed.
func (i *idlers) storm(t *testing.T, n int) {
	for kind := range n {
		i.all.Go(func() {
			for {
				c, err := i.dial(kind)
				if err != nil {
					t.Error(err)
					return
				}
				i.mu.Lock()
				i.back++
				over := i.over
				i.conns = append(i.conns, c)
				i.mu.Unlock()
				if over {
					c.Close()
					return
				}
				io.Copy(io.Discard, c) //nolint:errcheck // until it is closed
			}
		})
	}
}

func (i *idlers) one(kind int) error {
	c, err := i.dial(kind)
	if err != nil {
		return err
	}
	i.conns = append(i.conns, c)
	if kind%len(says) == 2 {
		c.SetReadDeadline(time.Now().Add(patience))
		if a, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || a.StatusCode != http.StatusOK {
			return fmt.Errorf("one who asks something is answered %v, %w", a, err)
		}
	}
	return nil
}

// says is what each kind of them says: nothing by TCP or by HTTP, something and
// then no more, half of a head, and a head without its body, for which the
// server waits or which it does not want.
var says = []string{"", "", "GET /1/checkin HTTP/1.1\r\nHost: x\r\n\r\n", "POST /1/matches HTTP/1.1\r\nHo",
	"POST /1/matches HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nAuthorization: Bearer " + operatorToken + "\r\n\r\n{",
	"POST /1/matches HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"}

func (i *idlers) dial(kind int) (net.Conn, error) {
	address := i.addresses.http
	if kind%len(says) == 0 {
		address = i.addresses.tcp
	}
	c, err := net.Dial("tcp", address)
	if err == nil {
		io.WriteString(c, says[kind%len(says)]) //nolint:errcheck // it may be closed already
	}
	return c, err
}

func (i *idlers) leave() {
	i.mu.Lock()
	i.over = true
	for _, c := range i.conns {
		c.Close()
	}
	i.conns = nil
	i.mu.Unlock()
	i.all.Wait()
}
