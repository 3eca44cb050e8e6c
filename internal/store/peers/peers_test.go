package peers

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
	"matchstream/internal/store/embedded"
	"matchstream/internal/store/jetstream"
	"matchstream/internal/store/storetest"
)

// TestCluster is the life of one cluster: to form one takes seconds.
func TestCluster(t *testing.T) {
	l := newLab(t, "a", "b", "c")
	nodes := l.start(t, "a", "b", "c")

	t.Run("keeps the contract", func(t *testing.T) {
		storetest.Run(t, storetest.Suite{New: func(t *testing.T) storetest.Opener {
			clear(t, nodes["a"])
			return func(t *testing.T) store.Store { return another(t, nodes["a"]) }
		}})
	})
	for _, s := range nodes { // whose streams were made anew
		s.Store = another(t, s)
	}

	t.Run("nodes see the same", func(t *testing.T) {
		fill(t, nodes["a"], 3)
		fill(t, nodes["b"], 2)
		fill(t, nodes["c"], 1)
		for _, s := range nodes {
			holds(t, s, 6)
		}
		if _, err := nodes["b"].Append(within(t), testKey, 0, 1, nil); !errors.Is(err, store.ErrConflict) {
			t.Errorf("the first record once more: %v, expected a conflict", err)
		}
	})

	t.Run("by an admin address", func(t *testing.T) {
		admin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer right" {
				http.Error(w, "no token", http.StatusUnauthorized)
			} else if err := nodes["b"].Tunnel(w, r); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
			}
		}))
		defer admin.Close()
		if _, err := Dial(within(t), admin.URL, "wrong", nodes["b"].log); err == nil || !strings.Contains(err.Error(), "401 Unauthorized: no token") {
			t.Errorf("with a wrong token: %v", err)
		}
		s, err := Dial(within(t), admin.URL, "right", nodes["b"].log)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, s, 6)
		fill(t, s, 1)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		holds(t, nodes["a"], 7)
	})

	t.Run("strangers are kept out", func(t *testing.T) {
		at := nodes["a"].mu.server.server.ClientURL()
		for _, as := range []nats.Option{nil, nats.UserInfo(user, "guessed"), nats.UserInfo(clusterName, ourSecret.password())} {
			if conn, err := nats.Connect(at, as); !errors.Is(err, nats.ErrAuthorization) {
				conn.Close()
				t.Errorf("a client was answered: %v, expected that it is refused", err)
			}
		}
		stranger := l.options("d")
		stranger.Listen, stranger.Secret = l.address(t, "d"), Secret{strings.Repeat("their secret", 4)}
		heard := newListener()
		stranger.Log = slog.New(slog.NewTextHandler(heard, nil))
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			heard.wait(t, "another cluster secret")
			cancel()
		}()
		if s, err := Open(ctx, stranger); err == nil {
			s.Close()
			t.Error("a node with another secret was let in")
		}
		if s := status(t, nodes["a"]); len(s.Nodes) != 3 {
			t.Errorf("the cluster has %s, expected three nodes", list(s.Nodes))
		}
	})

	t.Run("goes on without its leader", func(t *testing.T) {
		gone := status(t, nodes["a"]).Streams[1].Leader // of the journal
		nodes[gone].Close()
		rest := others(nodes, gone)
		eventually(t, func() bool {
			st, err := rest[0].Status(within(t))
			return err == nil && len(st.Streams) == 2 && !slices.ContainsFunc(st.Streams, func(s Stream) bool { return s.Leader == gone })
		})
		fill(t, rest[0], 2)
		holds(t, rest[1], 9)
		eventually(t, func() bool {
			r := rest[0].Replicas()
			return rest[0].count(within(t)) == nil && r.Online == 2 && r.Want == 3 && slices.Equal(r.Away, []string{gone})
		})
		back, err := l.open(l.options(gone))
		if err != nil {
			t.Fatal(err)
		}
		nodes[gone] = back
		holds(t, back, 9)
	})

	t.Run("a node whose disk goes away waits until it is back", func(t *testing.T) {
		nodes["c"].Close()
		o, heard := l.options("c"), newListener()
		o.Log = slog.New(slog.NewTextHandler(heard, nil))
		s, err := l.open(o)
		if err != nil {
			t.Fatal(err)
		}
		nodes["c"] = s
		away := o.Dir + "-away"
		if err := os.Rename(o.Dir, away); err != nil {
			t.Fatal(err)
		}
		r, err := s.server()
		if err != nil {
			t.Fatal(err)
		}
		r.health.fail(errors.New("its disk is gone"))
		heard.wait(t, "it is tried again and again") // the server has stopped
		if err := os.RemoveAll(o.Dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(o.Dir, 0o700); err != nil { // the mount point
			t.Fatal(err)
		}
		heard.wait(t, "its folder is empty now")
		fill(t, nodes["a"], 1)
		if err := os.Remove(o.Dir); err != nil { // nothing was written there
			t.Fatal(err)
		}
		if err := os.Rename(away, o.Dir); err != nil {
			t.Fatal(err)
		}
		eventually(t, func() bool { return s.Trouble() == nil })
		holds(t, s, 10)
	})

	t.Run("folders are whose they are", func(t *testing.T) {
		nodes["c"].Close()
		for what, o := range map[string]Options{
			"another node's": {Node: "d", Dir: l.options("c").Dir},
			"a single's":     {Node: "d", Dir: single(t)},
		} {
			o.Listen, o.Peers, o.Secret = l.addresses["c"], l.peers, ourSecret
			s, err := Open(within(t), o)
			if err == nil {
				s.Close()
			}
			if want := map[string]string{"another node's": "it is node c's", "a single's": "matchstream admin copy"}[what]; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s folder: %v, expected %q", what, err, want)
			}
		}
		if s, err := embedded.Open(within(t), embedded.Options{Dir: l.options("c").Dir}); err == nil || !strings.Contains(err.Error(), "--node c") {
			s.Close()
			t.Errorf("a cluster's folder, alone: %v, expected that it is refused", err)
		}
	})

	t.Run("a node that has lost its disk is not let in", func(t *testing.T) {
		if err := os.RemoveAll(l.options("c").Dir); err != nil {
			t.Fatal(err)
		}
		for _, noted := range []string{"", stageFirst} { // also if only the note is left
			if noted != "" {
				if err := (&folder{dir: l.options("c").Dir, node: "c"}).set(noted); err != nil {
					t.Fatal(err)
				}
			}
			s, err := Open(within(t), l.options("c"))
			if err == nil {
				s.Close()
			}
			if !errors.Is(err, ErrLost) || !strings.Contains(err.Error(), "matchstream admin cluster remove c") {
				t.Fatalf("noted %q: %v, expected ErrLost and what to do", noted, err)
			}
		}
	})

	t.Run("a node is replaced", func(t *testing.T) {
		if _, err := nodes["a"].Remove(within(t), "b"); !errors.Is(err, ErrQuorum) {
			t.Fatalf("removing one of the two that are left: %v, expected that it is refused", err)
		}
		if _, err := nodes["a"].Remove(within(t), "x"); !errors.Is(err, ErrNoNode) {
			t.Fatalf("removing a node that there is not: %v", err)
		}
		st, err := nodes["a"].Remove(within(t), "c")
		if err != nil {
			t.Fatal(err)
		}
		if len(st.Nodes) != 2 {
			t.Fatalf("after the removal the cluster has %s", list(st.Nodes))
		}
		if err := os.RemoveAll(l.options("c").Dir); err != nil {
			t.Fatal(err)
		}
		if s, err := l.open(l.options("c")); err == nil || !strings.Contains(err.Error(), "node c was removed from the cluster less than 5m0s ago") {
			if err == nil {
				s.Close()
			}
			t.Fatalf("its name is used again at once: %v, expected that it is refused for five minutes", err)
		}
		fill(t, nodes["b"], 1)
		o := l.options("d")
		o.Listen = l.address(t, "d")
		fresh, err := l.open(o)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, fresh, 11)
		eventually(t, func() bool { return whole(status(t, fresh), "a", "b", "d") })
		leads(t, nodes["a"], "a")
		nodes["a"].Close() // what there was before the replacement is on d as well
		if _, err := fresh.Status(within(t)); !errors.Is(err, store.ErrUnavailable) {
			t.Logf("another leads already: %v", err) // on a machine so slow that this is no race
		}
		if st, err = fresh.Remove(within(t), "a"); err != nil || len(st.Nodes) != 2 {
			t.Fatalf("the leader is lost, and removed at once: %v", err)
		}
		fill(t, fresh, 1)
		holds(t, nodes["b"], 12)
		for _, want := range []string{"was removed from its cluster while it was away", "to have it join anew, empty the folder"} {
			if s, err := l.open(l.options("a")); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("one that was removed while it was away comes back: %v, expected %q", err, want)
				if err == nil {
					s.Close()
				}
			}
		}
	})
}

// leads has a node become the cluster's leader.
func leads(t *testing.T, s *Store, name string) {
	t.Helper()
	eventually(t, func() bool {
		r, err := s.server()
		if err != nil {
			t.Fatal(err)
		}
		question := []byte(`{"placement":{"preferred":"` + name + `"}}`)
		if status(t, s).Leader != name {
			_, err = r.system.RequestWithContext(within(t), server.JSApiLeaderStepDown, question)
		}
		st, failed := s.Status(within(t))
		return err == nil && failed == nil && st.Leader == name
	})
}

// clear makes the cluster's store empty.
func clear(t *testing.T, s *Store) {
	t.Helper()
	for _, stream := range []string{jetstream.JournalStream, jetstream.CatalogueStream} {
		m, err := s.conn.RequestWithContext(within(t), "$JS.API.STREAM.DELETE."+stream, nil)
		if err != nil || !bytes.Contains(m.Data, []byte(`"success":true`)) {
			t.Fatalf("delete the stream %s: %v", stream, err)
		}
	}
}

// another store through the same node.
func another(t *testing.T, s *Store) store.Store {
	t.Helper()
	opened, err := jetstream.New(within(t), s.conn, jetstream.Options{Replicas: 3, Log: s.log, Patience: bound / 2})
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// single is the folder of a server that stands alone.
func single(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s, err := embedded.Open(within(t), embedded.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func status(t *testing.T, s *Store) *Status {
	t.Helper()
	var st *Status
	eventually(t, func() bool {
		var err error
		st, err = s.Status(within(t))
		return err == nil && len(st.Streams) == 2
	})
	return st
}

// whole says whether each stream is on all of these nodes, and none is behind.
func whole(st *Status, nodes ...string) bool {
	for _, s := range st.Streams {
		var current []string
		for _, m := range s.Nodes {
			if m.Current && m.Online {
				current = append(current, m.Name)
			}
		}
		if !slices.Equal(current, nodes) {
			return false
		}
	}
	return true
}

func others(nodes map[string]*Store, than string) (all []*Store) {
	for n, s := range nodes {
		if n != than {
			all = append(all, s)
		}
	}
	return all
}

// eventually asks until it is so.
func eventually(t *testing.T, is func() bool) {
	t.Helper()
	ctx, every := within(t), time.NewTicker(20*time.Millisecond)
	defer every.Stop()
	for !is() {
		select {
		case <-every.C:
		case <-ctx.Done():
			t.Fatal("it did not come to be")
		}
	}
}

// listener is a log in which a text is waited for.
type listener struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func newListener() *listener { return &listener{more: make(chan struct{}, 1)} }

func (l *listener) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
	return l.text.Write(b)
}

func (l *listener) wait(t *testing.T, text string) {
	late := time.After(bound)
	for {
		l.mu.Lock()
		found := strings.Contains(l.text.String(), text)
		l.mu.Unlock()
		if found {
			return
		}
		select {
		case <-l.more:
		case <-late:
			t.Errorf("the log has no %q", text)
			return
		}
	}
}
