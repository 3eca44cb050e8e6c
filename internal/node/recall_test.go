package node_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"matchstream/internal/auth"
	"matchstream/internal/node"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// lent is a store that others have, too: it is closed by none of them.
type lent struct{ store.Store }

func (lent) Close() error { return nil }

// sharing is a rig of a node with others over one store. What it says is in lines.
func sharing(t *testing.T, name string, s store.Store) (*rig, lines) {
	r, told := newRig(t), make(lines, 1000)
	r.Config = node.Over(r.Config, lent{s})
	r.Name = name
	r.Log = slog.New(slog.NewTextHandler(told, nil))
	r.start()
	return r, told
}

func sharedStore(t *testing.T) store.Store {
	s := memory.New()
	t.Cleanup(func() { s.Close() })
	return s
}

// reads the log up to a line that has this in it, whatever comes before.
func (l lines) reads(t *testing.T, has string) {
	t.Helper()
	for line := range l {
		t.Log(line)
		if strings.Contains(line, has) {
			return
		}
	}
}

func (r *rig) ask() {
	r.Helper()
	if err := auth.AskToRevoke(r.Data); err != nil {
		r.Fatal(err)
	}
}

// TestRevokedAtOneOfTwoNodes: the other does not let it in any more, and lets in the one
// in its place; nobody has to tell it.
func TestRevokedAtOneOfTwoNodes(t *testing.T) {
	s := sharedStore(t)
	a, _ := sharing(t, "a", s)
	b, told := sharing(t, "b", s)
	first := a.first()
	b.holds(first, true)
	a.ask()
	a.Reload(t.Context())
	told.hears(t, `"these tokens of the store are new here" room=node names=[operator]`)
	for _, r := range []*rig{a, b} {
		r.holds(first, false)
		r.holds(a.first(), true)
	}
}

// deaf is a store that tells of no change.
type deaf struct{ store.Store }

func (deaf) Watch(ctx context.Context, ready func(), _ func(store.Entry)) error {
	ready()
	<-ctx.Done()
	return ctx.Err()
}

// TestRevokedAtBothNodes: who asks for it at each of them means the token that there is,
// not the one that the first has made meanwhile, whether the second has heard of it or not.
func TestRevokedAtBothNodes(t *testing.T) {
	for name, heard := range map[string]bool{"heard": true, "not heard": false} {
		t.Run(name, func(t *testing.T) {
			s := sharedStore(t)
			a, _ := sharing(t, "a", s)
			first := a.first()
			var bs store.Store = deaf{s}
			if heard {
				bs = s
			}
			b, told := sharing(t, "b", bs)
			a.ask()
			b.ask()
			a.Reload(t.Context())
			if heard {
				told.hears(t, "asked to be taken back here, and is already")
			}
			b.Reload(t.Context())
			if !heard {
				told.hears(t, "asked to be taken back here, and is already")
			}
			for _, r := range []*rig{a, b} {
				r.holds(first, false)
				r.holds(a.first(), true)
			}
			second := a.first()
			b.ask() // now it is meant
			b.Reload(t.Context())
			b.holds(second, false)
			b.holds(b.first(), true)
		})
	}
}

// A text that holds no more does not stay where a start could find it.
func TestTheTextGoesWithItsToken(t *testing.T) {
	s := sharedStore(t)
	a, told := sharing(t, "a", s)
	b, _ := sharing(t, "b", s)
	b.ask()
	b.Reload(t.Context())
	told.hears(t, "new here")
	if _, err := os.Stat(filepath.Join(a.Data, auth.TextFile)); !errors.Is(err, os.ErrNotExist) {
		t.Error("the text of what is taken back is there still:", err)
	}
	a.holds(b.first(), true)
}

// away is a store whose Watch ends when it is cut, and goes on once it is back, without
// what was meanwhile; the first reads of the tokens then fail.
type away struct {
	store.Store
	cut, back chan struct{}
	begun     atomic.Bool
	failing   atomic.Int32
	unknown   atomic.Bool
}

func (s *away) Watch(ctx context.Context, ready func(), f func(store.Entry)) error {
	if !s.begun.Swap(true) {
		ready()
		<-s.cut
		return store.ErrUnavailable
	}
	select {
	case <-s.back:
	case <-ctx.Done():
	}
	return s.Store.Watch(ctx, ready, f)
}

func (s *away) List(ctx context.Context, prefix string) ([]store.Entry, error) {
	if prefix == auth.Prefix && s.failing.Add(-1) >= 0 {
		return nil, store.ErrUnavailable
	}
	return s.Store.List(ctx, prefix)
}

// Put writes, but the first answer is lost.
func (s *away) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	revision, err := s.Store.Put(ctx, key, value, expect)
	if s.unknown.Swap(false) {
		return 0, store.ErrUnknown
	}
	return revision, err
}

// TestRevokedWhileTheStoreWasAway: a node that has missed it catches up.
func TestRevokedWhileTheStoreWasAway(t *testing.T) {
	s := sharedStore(t)
	a, _ := sharing(t, "a", s)
	first := a.first()
	gone := &away{Store: s, cut: make(chan struct{}), back: make(chan struct{})}
	b, told := sharing(t, "b", gone)
	close(gone.cut)
	told.reads(t, "watching the catalogue was interrupted")
	a.ask()
	a.Reload(t.Context())
	gone.failing.Store(2)
	close(gone.back)
	told.reads(t, "new here")
	b.holds(first, false)
	b.holds(a.first(), true)
}

// TestAStartWaitsForTheTokens: while the store is away they are asked for again.
func TestAStartWaitsForTheTokens(t *testing.T) {
	s := &away{Store: sharedStore(t), back: make(chan struct{})}
	s.begun.Store(true)
	close(s.back)
	s.failing.Store(2)
	s.unknown.Store(true)
	a, told := sharing(t, "a", s)
	told.hears(t, "level=WARN msg=\"the start waits for the store")
	a.holds(a.first(), true)
}

// TestWhoHasTheText: a node that did not make the token says which did; only the one that
// made it, and has lost the text, warns.
func TestWhoHasTheText(t *testing.T) {
	s := sharedStore(t)
	sharing(t, "a", s)
	for name, want := range map[string]string{"b": "level=INFO msg=\"the operator's token is that of all nodes", "a": "level=WARN msg=\"the operator's token cannot be shown\""} {
		r, told := sharing(t, name, s)
		told.hears(t, want)
		r.stop()
		close(told)
		for line := range told {
			if strings.Contains(line, "level=WARN") || name == "b" && strings.Contains(line, "revoke") {
				t.Errorf("%s says %s", name, line)
			}
		}
	}
	r := newRig(t)
	r.Config = node.Over(r.Config, lent{s})
	r.Name = "c"
	r.start()
	if !strings.Contains(r.said.String(), "name=a file=operator-token") {
		t.Errorf("it is not said whose it is: %s", &r.said)
	}
}

// revoke asks the admin address.
func (r *rig) revoke(name string) (status int, body string) {
	r.Helper()
	q, err := http.NewRequest(http.MethodDelete, "http://"+r.AdminAddr()+"/tokens/"+name, nil)
	if err != nil {
		r.Fatal(err)
	}
	a, err := client.Do(q)
	if err != nil {
		r.Fatal(err)
	}
	defer a.Body.Close()
	var said struct{ Node, File, Detail string }
	if err := json.NewDecoder(a.Body).Decode(&said); err != nil {
		r.Fatal(a.Status, err)
	}
	return a.StatusCode, said.Node + said.File + said.Detail
}

// TestRevokedByTheAdminAddress: at once, over any store; what the store does not have is
// refused, with what to do.
func TestRevokedByTheAdminAddress(t *testing.T) {
	s := sharedStore(t)
	a, atA := sharing(t, "a", s)
	b, _ := sharing(t, "b", s)
	first := a.first()
	if status, body := b.revoke("operator"); status != http.StatusOK || body != "b"+filepath.Join(b.Data, auth.TextFile) {
		t.Errorf("answered %d %s", status, body)
	}
	b.holds(first, false)
	b.holds(b.first(), true)
	atA.hears(t, "new here")
	a.holds(first, false)
	if _, err := s.Put(t.Context(), auth.Prefix+"operator-2", []byte(`{"name":"operator-2","sha256":"`+auth.Hash(annsText)+`","scopes":["operator"]}`), 0); err != nil {
		t.Fatal(err)
	}
	atA.hears(t, "names=[operator-2]")
	a.holds(annsText, true)
	if status, body := a.revoke("operator-2"); status != http.StatusOK || body != "a" {
		t.Errorf("answered %d %s", status, body)
	}
	a.holds(annsText, false)
	a.holds(b.first(), true)
	if status, body := a.revoke("operator-2"); status != http.StatusNotFound || !strings.Contains(body, "no token of this name") {
		t.Errorf("one that is gone: %d %s", status, body)
	}
	c := newRig(t)
	c.file(auth.Line("ann", annsText, []string{"operator"}))
	c.start()
	if status, body := c.revoke("ann"); status != http.StatusConflict || !strings.Contains(body, "tokens file") {
		t.Errorf("one of a file: %d %s", status, body)
	}
	c.holds(annsText, true)
}

// TestRevokedInTheFolderOfAStoreElsewhere: that is known by the text in it.
func TestRevokedInTheFolderOfAStoreElsewhere(t *testing.T) {
	a, _ := sharing(t, "a", sharedStore(t))
	first := a.first()
	if err := node.RevokeOperator(a.Data); err != nil {
		t.Fatal(err)
	}
	a.Reload(t.Context())
	a.holds(first, false)
	a.holds(a.first(), true)
}
