package node_test

import (
	"context"
	"net"
	"runtime"
	"sync"
	"testing"

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
	if !n.Replaced() {
		t.Error("it has stopped, and does not say why")
	}
	if err := n.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
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
