package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// TestLostEntry: JetStream steps over an entry of the catalogue that it cannot
// read; List gives the others and names it, until it is put anew.
func TestLostEntry(t *testing.T) {
	for at, want := range []string{"team/t0", "team/t2", "team/t4"} {
		t.Run(want, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			for n := range 5 {
				if _, err := s.Put(t.Context(), fmt.Sprintf("team/t%d", n), fmt.Appendf(nil, "value-%d", n), 0); err != nil {
					t.Fatal(err)
				}
			}
			closed(t, s)
			damage(t, filepath.Join(dir, serverDir, "$G", "streams", catalogueConfig.Name, "msgs", "1.blk"), fmt.Sprintf("value-%d", 2*at))
			s = open(t, dir)
			defer s.Close()
			list, err := s.List(t.Context(), "team/")
			if len(list) != 4 || slices.ContainsFunc(list, func(e store.Entry) bool { return e.Key == want }) {
				t.Errorf("listed: %v", list)
			}
			if !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), "catalogue: "+want+";") {
				t.Errorf("%v", err)
			}
			if list, err := s.List(t.Context(), want); len(list) != 0 || !errors.Is(err, store.ErrDamaged) {
				t.Errorf("it alone: %v, %v", list, err)
			}
			if others, err := s.List(t.Context(), "match/"); err != nil || len(others) != 0 {
				t.Errorf("others: %v, %v", others, err)
			}
			for _, key := range []string{want, "team/t9"} {
				if _, err := s.Put(t.Context(), key, []byte("again"), 0); err != nil {
					t.Errorf("put %s: %v", key, err)
				}
			}
			if e, err := s.Get(t.Context(), want); err != nil || string(e.Value) != "again" {
				t.Errorf("%q, %v", e.Value, err)
			}
		})
	}
}

// TestUncountedEntry: what JetStream counts and cannot read, be it an entry or a
// deletion, is not written over, which it would not survive. So it is where the
// tally is lost, too, and JetStream's count is all that is known.
func TestUncountedEntry(t *testing.T) {
	for name, deleted := range map[string]bool{"entry": false, "deletion": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := quiet(t, dir)
			revision, err := s.Put(t.Context(), "team/a", []byte("value-a"), 0)
			text := "value-a"
			if err == nil && deleted {
				text, err = jetstream.DeletedHeader+": 1", s.Delete(t.Context(), "team/a", revision)
			}
			if err == nil {
				_, err = s.Put(t.Context(), "team/b", []byte("value-b"), 0)
			}
			if err != nil {
				t.Fatal(err)
			}
			closed(t, s)
			damage(t, filepath.Join(dir, serverDir, "$G", "streams", catalogueConfig.Name, "msgs", "1.blk"), text)
			tally, err := os.ReadFile(filepath.Join(dir, tallyFile))
			if err != nil {
				t.Fatal(err)
			}
			write(t, string(tally)+"half a line", dir, tallyFile)
			s = quiet(t, dir)
			defer s.Close()
			if _, err := s.Put(t.Context(), "team/a", []byte("again"), 0); !errors.Is(err, store.ErrDamaged) || !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("put: %v", err)
			}
			if _, err := s.Put(t.Context(), "team/c", []byte("another"), 0); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestShortRead: what lies before a record that cannot be read is given, be it
// the last one, which no other could miss.
func TestShortRead(t *testing.T) {
	for _, lost := range []int{1, 7, 20} {
		dir := t.TempDir()
		damage(t, filepath.Join(written(t, dir, 20), "msgs", "1.blk"), fmt.Sprintf("record-%d-", lost))
		s := open(t, dir)
		if records, err := s.Read(t.Context(), key, 1); len(records) != lost-1 || !errors.Is(err, store.ErrDamaged) {
			t.Errorf("record %d: %d records, %v", lost, len(records), err)
		}
		if counted, err := s.Journals(t.Context()); err != nil || len(counted) != 1 || counted[0] != (store.Journal{Key: key, Records: 20, Missing: 1}) {
			t.Errorf("record %d: counted %v, %v", lost, counted, err)
		}
		closed(t, s)
	}
}
