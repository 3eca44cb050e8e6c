package node_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"matchstream/internal/auth"
	"matchstream/internal/node"
	"matchstream/internal/store"
)

const operatorKey = auth.Prefix + auth.Operator

// put a token into the store.
func put(t *testing.T, s store.Store, name, value string) {
	t.Helper()
	if _, err := s.Put(t.Context(), auth.Prefix+name, []byte(value), 0); err != nil {
		t.Fatal(err)
	}
}

// anns is the store's entry of a token with a name, and Ann's text.
func anns(name string) string {
	return `{"name":"` + name + `","sha256":"` + auth.Hash(annsText) + `","scopes":["operator"]}`
}

// isOperators says whether a text is that of the operator's token in the store.
func isOperators(t *testing.T, s store.Store, text string) bool {
	t.Helper()
	e, err := s.Get(t.Context(), operatorKey)
	return err == nil && strings.Contains(string(e.Value), auth.Hash(text))
}

// losing is a store whose disk loses the operator's token, until it is written over.
type losing struct {
	store.Store
	mu   sync.Mutex
	lost uint64 // its revision; 0: it is not lost
}

func (s *losing) revision(key string) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if key != operatorKey {
		return 0
	}
	return s.lost
}

func (s *losing) lose(revision uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = revision
}

func (s *losing) Get(ctx context.Context, key string) (store.Entry, error) {
	if s.revision(key) > 0 {
		return store.Entry{}, errors.Join(store.ErrNotFound, store.ErrDamaged)
	}
	return s.Store.Get(ctx, key)
}

func (s *losing) List(ctx context.Context, prefix string) ([]store.Entry, error) {
	all, err := s.Store.List(ctx, prefix)
	is := func(e store.Entry) bool { return s.revision(e.Key) > 0 }
	if slices.ContainsFunc(all, is) {
		all, err = slices.DeleteFunc(all, is), errors.Join(err, store.ErrDamaged)
	}
	return all, err
}

func (s *losing) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	if lost := s.revision(key); lost > 0 && expect == 0 {
		s.lose(0)
		expect = lost
	}
	return s.Store.Put(ctx, key, value, expect)
}

// TestALostTokenIsNotRevoked: a disk that has lost a token locks nobody out while the node
// runs; the others can be revoked, and so can this one.
func TestALostTokenIsNotRevoked(t *testing.T) {
	s := &losing{Store: sharedStore(t)}
	a, told := sharing(t, "a", s)
	first := a.first()
	e, err := s.Get(t.Context(), operatorKey)
	if err != nil {
		t.Fatal(err)
	}
	s.lose(e.Revision)
	put(t, s, "ann", anns("ann"))
	told.reads(t, "names=[ann]")
	a.holds(first, true)
	a.holds(annsText, true)
	a.Reload(t.Context())
	a.holds(first, true)
	if status, body := a.revoke("ann"); status != http.StatusOK {
		t.Errorf("answered %d %s", status, body)
	}
	a.holds(annsText, false)
	a.holds(first, true)
	if a.first() != first {
		t.Error("its text is gone")
	}
	if status, body := a.revoke("operator"); status != http.StatusOK || !strings.HasSuffix(body, auth.TextFile) {
		t.Errorf("answered %d %s", status, body)
	}
	a.holds(first, false)
	a.holds(a.first(), true)
}

// TestALostTokenIsNotRevokedBySIGHUP: nor where others are given.
func TestALostTokenIsNotRevokedBySIGHUP(t *testing.T) {
	s := &losing{Store: sharedStore(t)}
	sharing(t, "a", s) // has made it
	r := newRig(t)
	r.Config = node.Over(r.Config, lent{deaf{s}})
	r.file(auth.Line("bench", "the-text-of-the-bench", []string{"edge"}))
	put(t, s, "ann", anns("ann"))
	r.start()
	e, err := s.Get(t.Context(), operatorKey)
	if err != nil {
		t.Fatal(err)
	}
	s.lose(e.Revision)
	r.Reload(t.Context())
	r.holds(annsText, true)
	if strings.Contains(r.said.String(), "are revoked") || !strings.Contains(r.said.String(), "hold here until the node stops") {
		t.Errorf("the log says %s", &r.said)
	}
}

// hooked is a store whose calls for tokens are told of, before they are made.
type hooked struct {
	store.Store
	mu        sync.Mutex
	get, list func()
}

func (s *hooked) once(f *func()) {
	s.mu.Lock()
	do := *f
	*f = nil
	s.mu.Unlock()
	if do != nil {
		do()
	}
}

func (s *hooked) hook(f *func(), do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*f = do
}

func (s *hooked) Get(ctx context.Context, key string) (store.Entry, error) {
	if key == operatorKey {
		s.once(&s.get)
	}
	return s.Store.Get(ctx, key)
}

func (s *hooked) List(ctx context.Context, prefix string) ([]store.Entry, error) {
	if prefix == auth.Prefix {
		s.once(&s.list)
	}
	return s.Store.List(ctx, prefix)
}

// TestTheAskingIsLost: who is told that a token is taken back is told the truth, though what
// asks for it was removed, as what had asked for an earlier one.
func TestTheAskingIsLost(t *testing.T) {
	s := &hooked{Store: sharedStore(t)}
	a, told := sharing(t, "a", deaf{s})
	first := a.first()
	a.Reload(t.Context())
	told.hears(t, "the tokens are read anew")
	reached, goOn := make(chan struct{}), make(chan struct{})
	var others sync.WaitGroup
	s.hook(&s.list, func() { close(reached); <-goOn })
	others.Go(func() { a.Reload(t.Context()) }) // it has the turn to look for tokens
	<-reached
	others.Go(func() {
		if status, body := a.revoke("operator"); status != http.StatusOK || !strings.HasSuffix(body, auth.TextFile) {
			t.Errorf("answered %d %s", status, body)
		}
	})
	asking := filepath.Join(a.Data, auth.RevokedFile)
	waits(t, "it is asked for", func() bool { return os.Remove(asking) == nil })
	close(goOn)
	others.Wait()
	if isOperators(t, s, first) || !isOperators(t, s, a.first()) {
		t.Error("it holds still")
	}
}

// TestTakenBackByAnotherMeanwhile: the text of the one in its place is not here.
func TestTakenBackByAnotherMeanwhile(t *testing.T) {
	s := &hooked{Store: sharedStore(t)}
	a, _ := sharing(t, "a", deaf{s})
	first := a.first()
	another := func() {
		e, err := s.Store.Get(t.Context(), operatorKey)
		if err == nil {
			_, err = s.Store.Put(t.Context(), operatorKey, []byte(anns("operator")), e.Revision)
		}
		if err != nil {
			t.Error(err)
		}
	}
	s.hook(&s.get, func() { s.hook(&s.get, another) }) // the second time
	if status, body := a.revoke("operator"); status != http.StatusOK || body != "a" {
		t.Errorf("answered %d %s", status, body)
	}
	a.holds(first, false)
	a.holds(annsText, true)
	if a.first() != "" {
		t.Error("a text lies in the folder that does not hold")
	}
}

// TestRevokedButNotHere: where an entry of another cannot be used, those before hold on;
// whoever revokes one is told, and it is done once that one is gone.
func TestRevokedButNotHere(t *testing.T) {
	s := sharedStore(t)
	put(t, s, "ann", anns("ann"))
	put(t, s, "operator", anns("operator"))
	a, told := sharing(t, "a", s)
	put(t, s, "bad", "{")
	told.reads(t, "cannot be used: those before hold on")
	for _, name := range []string{"ann", "operator"} {
		if status, body := a.revoke(name); status != http.StatusServiceUnavailable || !strings.Contains(body, "cannot be used: those before hold on: tokens: catalogue entry token/bad") {
			t.Errorf("answered %d %s", status, body)
		}
	}
	a.holds(annsText, true)
	if !isOperators(t, s, a.first()) {
		t.Error("it is not taken back in the store")
	}
	if status, body := a.revoke("bad"); status != http.StatusOK {
		t.Errorf("answered %d %s", status, body)
	}
	a.holds(annsText, false)
	a.holds(a.first(), true)
}
