package node_test

import (
	"context"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"matchstream/internal/node"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// overtaken is a store in whose place another is once its catalogue is watched and read.
// Whoever then goes on leaves everybody else time to do something first.
type overtaken struct {
	store.Store
	read chan struct{}
	once sync.Once
}

func overtakes() *overtaken { return &overtaken{Store: memory.New(), read: make(chan struct{})} }

func (s *overtaken) Watch(ctx context.Context, ready func(), _ func(store.Entry)) error {
	ready()
	select {
	case <-s.read:
		return store.ErrReplaced
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *overtaken) Journals(ctx context.Context) ([]store.Journal, error) {
	s.once.Do(func() { close(s.read) })
	for range 10_000 {
		runtime.Gosched()
	}
	return s.Store.Journals(ctx)
}

// TestReplacedWhileItStarts: it stops once it has started, and whole.
func TestReplacedWhileItStarts(t *testing.T) {
	n, err := node.Start(context.Background(), node.Over(config(t), overtakes()))
	if err != nil {
		t.Fatal(err)
	}
	<-n.Done()
	if n.Replaced().IsZero() {
		t.Error("it has stopped, and does not say why")
	}
	if err := n.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestReplacedIsSaid: while it stops that is no drain that somebody has asked for, and
// when it has begun anew it says for good what has happened.
func TestReplacedIsSaid(t *testing.T) {
	n := start(t, config(t))
	if r, was := reading(t, n, "store_replaced"), reading(t, n, "store_was_replaced"); r != 0 || was != 0 {
		t.Errorf("of a store that is the same: %v, %v", r, was)
	}
	n.SayReplaced()
	status, body := get(t, "http://"+n.HTTPAddr()+"/readyz")
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "another store is in the place of the one before") || strings.Contains(body, "draining") {
		t.Errorf("while it stops it says %d %s", status, body)
	}
	if reading(t, n, "store_replaced") != 1 {
		t.Error("while it stops the page does not say it")
	}

	c := config(t)
	c.Replaced = time.Now().Add(-time.Hour)
	n = start(t, c)
	if status, body := get(t, "http://"+n.HTTPAddr()+"/readyz"); status != http.StatusOK || !strings.Contains(body, "Another store was found in the place of the one before at "+c.Replaced.UTC().Format(time.RFC3339)) {
		t.Errorf("it has begun anew, and says %d %s", status, body)
	}
	if ago := reading(t, n, "store_was_replaced"); ago < 3600 {
		t.Errorf("it was replaced an hour ago, and the page says %v s", ago)
	}
}

// reading is the newest value of a series of the node's page.
func reading(t *testing.T, n *node.Node, name string) float64 {
	t.Helper()
	for _, s := range n.NewChart().Series() {
		if s.Name == name {
			return s.Read(1)
		}
	}
	t.Fatalf("there is no series %s", name)
	return 0
}

// TestReplacedWhileItFailsToStart: it is ended once, by the start.
func TestReplacedWhileItFailsToStart(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	c := config(t)
	c.Admin = busy.Addr().String()
	if n, err := node.Start(context.Background(), node.Over(c, overtakes())); err == nil {
		n.Shutdown(context.Background())
		t.Fatal("two servers on one port")
	}
}
