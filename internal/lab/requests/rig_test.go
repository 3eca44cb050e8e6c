package requests

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/lab"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// load is one of a user who makes one request, unless the test changes it.
func load(base string) lab.Load {
	return lab.Load{Users: 1, AtOnce: 1, Patience: 20 * time.Second,
		Requests: []lab.Request{{Name: "checkin", Method: "GET", URL: base + "/1/checkin", JSON: true}}}
}

// runs makes a load that must be possible.
func runs(t *testing.T, l lab.Load) *lab.Answers {
	t.Helper()
	a, err := Run(t.Context(), l, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// prepared is a load that has not begun, so that a test can change what it stands on.
func prepared(t *testing.T, l lab.Load) *run {
	t.Helper()
	r, err := prepare(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// service is an HTTP server that ends with the test.
func service(t *testing.T, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func good(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Write([]byte(`{"port":9999}`))
}

// wrong is a server that does as it likes with each connection, number n, and closes
// it then.
func wrong(t *testing.T, does func(c *net.TCPConn, n int)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				t.Error(err)
				return
			}
			all.Go(func() {
				defer c.Close()
				does(c.(*net.TCPConn), n)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		all.Wait()
	})
	return "http://" + l.Addr().String()
}

// heard reads a request's head; false: nobody asks any more.
func heard(r *bufio.Reader) bool {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == "\r\n" {
			return true
		}
	}
}

// says answers each request on a connection by the next of the texts, and closes.
func says(texts ...string) func(*net.TCPConn, int) {
	return func(c *net.TCPConn, _ int) {
		r := bufio.NewReader(c)
		for _, text := range texts {
			if !heard(r) {
				return
			}
			c.Write([]byte(text))
		}
	}
}
