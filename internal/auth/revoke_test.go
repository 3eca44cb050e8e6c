package auth

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// begun is a store after a first start, with the text of its token.
func begun(t *testing.T) (s store.Store, dir, text string) {
	t.Helper()
	s, dir = memory.New(), t.TempDir()
	t.Cleanup(func() { s.Close() })
	return s, dir, made(t, s, dir)
}

// made is what FirstStart makes, or finds.
func made(t *testing.T, s store.Store, dir string) string {
	t.Helper()
	path, err := FirstStart(t.Context(), s, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	text, err := readText(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func loaded(t *testing.T, s store.Store, file, environment string) *Tokens {
	t.Helper()
	entries, err := s.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	all, err := Load(file, environment, entries)
	if err != nil {
		t.Fatal(err)
	}
	quiet(all)
	return all
}

func holds(t *testing.T, all *Tokens, text string, want bool) {
	t.Helper()
	if _, err := all.Check(t.Context(), "192.0.2.1:1", "Bearer "+text); (err == nil) != want {
		t.Errorf("a token is answered %v, want it to hold: %t", err, want)
	}
}

// TestSuperseded: once the file or the environment has given an operator's
// token, that of the first start is gone: it does not come back when the other
// is taken out, and neither does its text at a start that is given none.
func TestSuperseded(t *testing.T) {
	for name, given := range map[string]struct{ file, environment string }{
		"file":        {file: writeTokens(t, Line(Operator, chosen, []string{Operator}))},
		"environment": {environment: chosen},
	} {
		t.Run(name, func(t *testing.T) {
			s, dir, first := begun(t)
			all := loaded(t, s, given.file, given.environment)
			holds(t, all, first, false)
			for range 2 { // the second time there is nothing to do
				if err := Supersede(t.Context(), s, dir, all); err != nil {
					t.Fatal(err)
				}
			}
			other := writeTokens(t, Line("bench", "the-text-of-bench-here", []string{Operator}))
			holds(t, loaded(t, s, other, ""), first, false)
			if _, err := os.Stat(filepath.Join(dir, TextFile)); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("its text is there still: %v", err)
			}
			second := made(t, s, dir)
			if second == first {
				t.Error("a later start takes the old text for its own")
			}
			holds(t, loaded(t, s, "", ""), second, true)
		})
	}
}

// What was not superseded stays: a file that gives other names, and the text
// where it is that of the very token which is given.
func TestNotSuperseded(t *testing.T) {
	s, dir, first := begun(t)
	other := loaded(t, s, writeTokens(t, Line("bench", chosen, []string{Operator})), "")
	if err := Supersede(t.Context(), s, dir, other); err != nil {
		t.Fatal(err)
	}
	holds(t, loaded(t, s, "", ""), first, true)
	same := loaded(t, s, "", first)
	if err := Supersede(t.Context(), s, dir, same); err != nil {
		t.Fatal(err)
	}
	holds(t, same, first, true)
	holds(t, loaded(t, s, "", ""), first, false)
	if text, err := readText(filepath.Join(dir, TextFile)); err != nil || text != first {
		t.Error("the text of the token that was given is removed:", err)
	}
}

// TestTakenBack: what AskToRevoke leaves is obeyed once; after it there is no
// token, and the next start makes another.
func TestTakenBack(t *testing.T) {
	s, dir, first := begun(t)
	for range 2 { // who asks twice is obeyed once
		if err := AskToRevoke(dir); err != nil {
			t.Fatal(err)
		}
	}
	if asked, err := TakeBack(t.Context(), s, dir, Taking{}); !asked || err != nil {
		t.Fatal(asked, err)
	}
	holds(t, loaded(t, s, "", ""), first, false)
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 0 {
		t.Error("left behind:", left)
	}
	second := made(t, s, dir)
	if asked, err := TakeBack(t.Context(), s, dir, Taking{}); asked || err != nil {
		t.Error("obeyed twice:", err)
	}
	if second == first || made(t, s, dir) != second {
		t.Error("the next start has no token of its own")
	}
}

// refusing is a store that does not delete.
type refusing struct{ store.Store }

func (refusing) Delete(context.Context, string, uint64) error { return store.ErrUnavailable }

// A taking back that fails is done at the next start; until then the asking
// lies there.
func TestTakenBackLater(t *testing.T) {
	s, dir, first := begun(t)
	if err := AskToRevoke(dir); err != nil {
		t.Fatal(err)
	}
	if asked, err := TakeBack(t.Context(), refusing{s}, dir, Taking{}); !asked || !errors.Is(err, store.ErrUnavailable) {
		t.Fatal(asked, err)
	}
	if asked, err := TakeBack(t.Context(), s, dir, Taking{}); !asked || err != nil {
		t.Fatal(asked, err)
	}
	holds(t, loaded(t, s, "", ""), first, false)
	if err := AskToRevoke(filepath.Join(dir, "none")); err == nil || !strings.Contains(err.Error(), "still holds") {
		t.Error("no folder:", err)
	}
}

func TestReplaceTellsWhoIsGone(t *testing.T) {
	all := loaded(t, memory.New(), writeTokens(t, Line("ann", "a", []string{Edge}), Line("bob", "b", []string{Admin}), Line("cid", "c", []string{Edge})), "")
	next := loaded(t, memory.New(), writeTokens(t, Line("bob", "b", []string{MatchScope("elp-tig-2011-09-10")}), Line("cid", "another", []string{Edge})), "")
	if all.Writable() || !next.Writable() || (&Tokens{}).Writable() || all.OfFile() != 3 || (&Tokens{}).OfFile() != 0 {
		t.Error("who may write is", all.Writable(), next.Writable())
	}
	if gone := strings.Join(all.Replace(next), " "); gone != "ann cid" {
		t.Errorf("gone are %s", gone)
	}
	if gone := (&Tokens{}).Replace(next); gone != nil {
		t.Error("of none are gone", gone)
	}
}

// never is a store in which a token is never missing once it was there.
type never struct {
	store.Store
	*testing.T
}

func (s never) Delete(context.Context, string, uint64) error {
	s.Error("there is no token for a moment")
	return store.ErrUnavailable
}

// TestTakenBackAnew: the other takes its place in one write; one that was made elsewhere
// after the asking is not meant.
func TestTakenBackAnew(t *testing.T) {
	s, dir, first := begun(t)
	known := loaded(t, s, "", "")
	asked := func(how Taking) error {
		t.Helper()
		if err := AskToRevoke(dir); err != nil {
			t.Fatal(err)
		}
		asked, err := TakeBack(t.Context(), never{s, t}, dir, how)
		if _, left := os.Stat(filepath.Join(dir, RevokedFile)); !asked || !errors.Is(left, fs.ErrNotExist) {
			t.Error("the asking is there still:", left)
		}
		return err
	}
	if err := asked(Taking{Known: known, Anew: true, Node: "a"}); err != nil {
		t.Fatal(err)
	}
	second, err := readText(filepath.Join(dir, TextFile))
	if err != nil || second == first {
		t.Fatal("there is no other text:", err)
	}
	holds(t, loaded(t, s, "", ""), first, false)
	holds(t, loaded(t, s, "", ""), second, true)
	if err := asked(Taking{Known: known, Anew: true, Node: "a"}); err != ErrTakenBefore {
		t.Error("what was known is gone:", err)
	}
	holds(t, loaded(t, s, "", ""), made(t, s, dir), true)
	var elsewhere *ElsewhereError
	if _, err := FirstStart(t.Context(), s, t.TempDir(), "b"); !errors.As(err, &elsewhere) || elsewhere.Node != "a" {
		t.Error("whose it is:", err)
	}
	if _, err := FirstStart(t.Context(), s, t.TempDir(), "a"); !errors.Is(err, ErrTextGone) {
		t.Error("who made it, and has lost the text:", err)
	}
}

// disowning is a store whose first write, or deletion, is called a conflict, though it is
// done: so says a leader that was frozen while another took over.
type disowning struct {
	store.Store
	said bool
}

func (s *disowning) disown(err error) error {
	if !s.said {
		s.said, err = true, store.ErrConflict
	}
	return err
}

func (s *disowning) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	revision, err := s.Store.Put(ctx, key, value, expect)
	return revision, s.disown(err)
}

func (s *disowning) Delete(ctx context.Context, key string, expect uint64) error {
	return s.disown(s.Store.Delete(ctx, key, expect))
}

// TestOwnBehindConflict: what is done, and called a conflict, is done.
func TestOwnBehindConflict(t *testing.T) {
	s, _, _ := begun(t)
	if err := Drop(t.Context(), &disowning{Store: s}, Operator); err != nil {
		t.Error("its own deletion:", err)
	}
	if err := Drop(t.Context(), s, Operator); !errors.Is(err, store.ErrNotFound) {
		t.Error("what is not there:", err)
	}
	s, dir, _ := begun(t)
	known := loaded(t, s, "", "")
	if err := AskToRevoke(dir); err != nil {
		t.Fatal(err)
	}
	if asked, err := TakeBack(t.Context(), &disowning{Store: s}, dir, Taking{Known: known, Anew: true}); !asked || err != nil {
		t.Error("its own token in the place of the other:", asked, err)
	}
	holds(t, loaded(t, s, "", ""), made(t, s, dir), true)
}

// losing is a store whose disk has lost its tokens, until each is written or deleted.
type losing struct {
	store.Store
	lost map[string]uint64 // revisions, by key
}

func (s losing) Get(ctx context.Context, key string) (store.Entry, error) {
	if s.lost[key] > 0 {
		return store.Entry{}, errors.Join(store.ErrNotFound, store.ErrDamaged)
	}
	return s.Store.Get(ctx, key)
}

func (s losing) revision(key string, expect uint64) uint64 {
	if lost := s.lost[key]; lost > 0 && expect == 0 {
		delete(s.lost, key)
		return lost
	}
	return expect
}

func (s losing) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	return s.Store.Put(ctx, key, value, s.revision(key, expect))
}

func (s losing) Delete(ctx context.Context, key string, expect uint64) error {
	return s.Store.Delete(ctx, key, s.revision(key, expect))
}

// TestALostTokenIsTakenBack: so that it is missed no more, by whichever way.
func TestALostTokenIsTakenBack(t *testing.T) {
	for name, by := range map[string]func(s store.Store, dir string) error{
		"dropped": func(s store.Store, _ string) error { return Drop(t.Context(), s, Operator) },
		"taken back": func(s store.Store, dir string) error {
			_, err := TakeBack(t.Context(), s, dir, Taking{})
			return err
		},
		"anew": func(s store.Store, dir string) error {
			_, err := TakeBack(t.Context(), s, dir, Taking{Anew: true})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, dir, first := begun(t)
			e, err := s.Get(t.Context(), Prefix+Operator)
			if err != nil {
				t.Fatal(err)
			}
			lost := losing{s, map[string]uint64{e.Key: e.Revision}}
			if err := AskToRevoke(dir); err != nil {
				t.Fatal(err)
			}
			if err := by(lost, dir); err != nil || len(lost.lost) > 0 {
				t.Errorf("%v, lost are %v", err, lost.lost)
			}
			holds(t, loaded(t, s, "", ""), first, false)
		})
	}
}

// TestAbsent: those that hold by the catalogue, and those alone.
func TestAbsent(t *testing.T) {
	kept, lost := entry(t, "kept", "the-text-that-is-kept"), entry(t, "lost", "the-text-that-is-lost")
	all, err := Load("", chosen, []store.Entry{kept, lost, entry(t, Operator, "superseded")})
	if err != nil {
		t.Fatal(err)
	}
	if absent := all.Absent([]store.Entry{kept}); len(absent) != 1 || absent[0].Key != lost.Key || string(absent[0].Value) != string(lost.Value) {
		t.Errorf("absent are %v", absent)
	}
	if absent := (*Tokens)(nil).Absent(nil); absent != nil {
		t.Errorf("of none are absent %v", absent)
	}
}
