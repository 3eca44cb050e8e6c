package cluster

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a store, and the nodes that have it.
type world struct {
	*testing.T
	store store.Store
}

// inAWorld runs f in a bubble, in which time goes by at once.
func inAWorld(t *testing.T, f func(*world)) {
	synctest.Test(t, func(t *testing.T) { f(&world{t, memory.New()}) })
}

// machine is one node and its link to the store.
type machine struct {
	*Members
	cut  atomic.Bool // nothing comes or goes
	load struct {
		sync.Mutex
		Load
	}
	log  log
	once sync.Once
}

// starts a node, until the end of the test.
func (w *world) starts(name string, with ...func(*Options)) *machine {
	w.Helper()
	m := new(machine)
	o := Options{Name: name, Version: "1.2", Host: name + ".example", HTTP: 8888, TCP: []int{9999}, Messages: link{w.store, &m.cut},
		Log: slog.New(slog.NewTextHandler(&m.log, nil)),
		Load: func() Load {
			m.load.Lock()
			defer m.load.Unlock()
			return m.load.Load
		}}
	for _, f := range with {
		f(&o)
	}
	m.Members = Open(o)
	w.Cleanup(m.leaves)
	synctest.Wait()
	return m
}

func (m *machine) leaves() { m.once.Do(m.Close) }

// dies ends it as kill -9 does: it says nothing more.
func (m *machine) dies() {
	m.cut.Store(true)
	m.leaves()
}

func (m *machine) has(l Load) {
	m.load.Lock()
	defer m.load.Unlock()
	m.load.Load = l
}

// knows are the names of those who are alive for it; one that drains has a -, one
// that lags a ? behind it.
func (m *machine) knows() string {
	var names []string
	for _, n := range m.Nodes() {
		name := n.Name
		if n.Draining {
			name += "-"
		}
		if n.Lagging {
			name += "?"
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func (w *world) knows(m *machine, want string) {
	w.Helper()
	synctest.Wait()
	if got := m.knows(); got != want {
		w.Errorf("%s knows %q, want %q", m.options.Name, got, want)
	}
}

// passes lets time go by, until all is quiet.
func passes(d time.Duration) {
	<-time.After(d) // synthetic time
	synctest.Wait()
}

// link is a way to the store that can be cut.
type link struct {
	Messages
	cut *atomic.Bool
}

func (l link) Publish(ctx context.Context, topic string, message []byte) error {
	if l.cut.Load() {
		return store.ErrUnavailable
	}
	return l.Messages.Publish(ctx, topic, message)
}

func (l link) Subscribe(ctx context.Context, topic string, ready func(), f func([]byte)) error {
	return l.Messages.Subscribe(ctx, topic, ready, func(message []byte) {
		if !l.cut.Load() {
			f(message)
		}
	})
}

// log is what a node logs.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// count is how many lines have all of these words.
func (l *log) count(words ...string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		all := true
		for _, w := range words {
			all = all && strings.Contains(line, w)
		}
		if all {
			n++
		}
	}
	return n
}
