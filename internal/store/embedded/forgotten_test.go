package embedded

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"matchstream/internal/store"
)

// killed makes a folder what a kill leaves: JetStream's index is out of date, so
// it counts anew what it can read.
func killed(t testing.TB, dir string) {
	t.Helper()
	indexes, err := filepath.Glob(filepath.Join(dir, serverDir, "$G", "streams", "*", "msgs", "index.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range indexes {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	write(t, "1\n", dir, lockFile)
}

func quiet(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir, Log: silent})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// holdsDamaged: the journal is read to a record, the later ones are missed, and
// no number is given out twice.
func holdsDamaged(t *testing.T, s *Store, key store.Key, acknowledged, left int64) {
	t.Helper()
	records, err := s.Read(t.Context(), key, 1)
	if int64(len(records)) != left || !errors.Is(err, store.ErrDamaged) {
		t.Fatalf("%d records are read, %v; expected %d, and that there were more", len(records), err, left)
	}
	if _, err := s.Read(t.Context(), key, acknowledged); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("from the lost one on: %v", err)
	}
	if records, err := s.Read(t.Context(), key, acknowledged+1); err == nil || len(records) > 0 {
		t.Errorf("from behind the lost one on: %v, %v", records, err)
	}
	journals, err := s.Journals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range journals {
		if j.Key == key && j.Records != acknowledged {
			t.Errorf("counted: %+v, expected %d records", j, acknowledged)
		}
	}
	var last store.Mark
	if left > 0 {
		last = records[left-1].Mark
	}
	if _, err := s.Append(t.Context(), key, last, left+1, []byte("another")); !errors.Is(err, store.ErrDamaged) || !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("an append in its place: %v", err)
	}
}

// TestLastRecord: whatever byte of a match's last record is flipped, it is missed
// after one kill and after another.
func TestLastRecord(t *testing.T) {
	const records = 6
	from := t.TempDir()
	block := interleaved(t, from, records)
	whole, err := os.ReadFile(block)
	if err != nil {
		t.Fatal(err)
	}
	h, err := hashOf(block)
	if err != nil {
		t.Fatal(err)
	}
	last := 0 // the last record, of the other match; the one before is of the first
	before := 0
	for at := 0; at < len(whole); {
		before, last = last, at
		at += recordAt(whole[at:], h)
	}
	for name, c := range map[string]struct {
		from, to int
		of       store.Key
	}{"the block's": {last, len(whole), otherKey}, "the match's": {before, last, key}} {
		for i := c.from; i < c.to; i += 1 + (i-c.from)/6 {
			t.Run(fmt.Sprintf("%s last,byte %d", name, i-c.from), func(t *testing.T) {
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
					t.Fatal(err)
				}
				flipped := bytes.Clone(whole)
				flipped[i] ^= 0x81
				write(t, string(flipped), dir, strings.TrimPrefix(block, from))
				for range 2 {
					killed(t, dir)
					s := quiet(t, dir)
					holdsDamaged(t, s, c.of, records, records-1)
					for _, k := range []store.Key{key, otherKey} {
						if r, err := s.Read(t.Context(), k, 1); k != c.of && (err != nil || len(r) != records) {
							t.Errorf("of the match that is whole %d records are read, %v", len(r), err)
						}
					}
					closed(t, s)
				}
				kept, err := filepath.Glob(filepath.Join(dir, damagedDir, "JOURNAL-*-1.blk"))
				if err != nil || len(kept) == 0 {
					t.Fatalf("kept beside: %v, %v", kept, err)
				}
				if b, err := os.ReadFile(kept[0]); err != nil || !bytes.Equal(b, flipped) {
					t.Errorf("what is kept is not what was there, %v", err)
				}
				// The whole block back from a copy: nothing is missed.
				killed(t, dir)
				write(t, string(whole), dir, strings.TrimPrefix(block, from))
				s := quiet(t, dir)
				defer s.Close()
				if r, err := s.Read(t.Context(), c.of, 1); err != nil || len(r) != records {
					t.Errorf("restored: %d records, %v", len(r), err)
				}
			})
		}
	}
}

// TestLostBlock: the end of a block, or all of it, is gone.
func TestLostBlock(t *testing.T) {
	for _, part := range []int{2, 0} { // a half, nothing
		dir := t.TempDir()
		block := interleaved(t, dir, 6)
		text, err := os.ReadFile(block)
		if err != nil {
			t.Fatal(err)
		}
		if part == 0 {
			err = os.Remove(block)
		} else {
			err = os.Truncate(block, int64(len(text)/part))
		}
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			killed(t, dir)
			s := quiet(t, dir)
			for _, k := range []store.Key{key, otherKey} {
				left, err := s.Read(t.Context(), k, 1)
				if !errors.Is(err, store.ErrDamaged) {
					t.Fatal(err)
				}
				holdsDamaged(t, s, k, 6, int64(len(left)))
			}
			// A new match has no part in it.
			fresh := store.Key{Match: fmt.Sprintf("elp-tig-201%d-01-01", part), Epoch: "aaaaaa"}
			if r, _ := s.Read(t.Context(), fresh, 1); len(r) == 0 {
				if _, err := s.Append(t.Context(), fresh, 0, 1, []byte("first")); err != nil {
					t.Error(err)
				}
			}
			closed(t, s)
		}
		// Deleted, it is missed no more.
		s := quiet(t, dir)
		for _, k := range []store.Key{key, otherKey} {
			if err := s.Purge(t.Context(), k); err != nil {
				t.Error(err)
			}
		}
		closed(t, s)
		killed(t, dir)
		s = quiet(t, dir)
		if j, err := s.Journals(t.Context()); err != nil || len(j) != 1 || j[0].Records != 1 || j[0].Missing != 0 {
			t.Errorf("%v, %v", j, err)
		}
		closed(t, s)
	}
}

// TestLostValue: an older value of an entry does not come back for the newest
// one, nor for its deletion; what is lost can be put anew, or let go.
func TestLostValue(t *testing.T) {
	dir := t.TempDir()
	s := quiet(t, dir)
	put := func(key, value string, expect uint64) uint64 {
		t.Helper()
		revision, err := s.Put(t.Context(), key, []byte(value), expect)
		if err != nil {
			t.Fatal(err)
		}
		return revision
	}
	first := map[string]uint64{}
	for _, key := range []string{"team/a", "team/b", "team/c", "team/d"} {
		first[key] = put(key, "first of "+key, 0)
	}
	closed(t, s)
	block := filepath.Join(dir, serverDir, "$G", "streams", catalogueConfig.Name, "msgs", "1.blk")
	before, err := os.ReadFile(block)
	if err != nil {
		t.Fatal(err)
	}
	s = quiet(t, dir)
	for _, key := range []string{"team/a", "team/b"} {
		first[key] = put(key, "second of "+key, first[key])
	}
	if err := s.Delete(t.Context(), "team/c", first["team/c"]); err != nil {
		t.Fatal(err)
	}
	put("team/e", "first of team/e", 0)
	closed(t, s)

	for round := range 2 {
		if round == 0 {
			write(t, string(before), block) // all that came later is lost
		}
		killed(t, dir)
		s = quiet(t, dir)
		list, err := s.List(t.Context(), "team/")
		if len(list) != 1 || list[0].Key != "team/d" || !errors.Is(err, store.ErrDamaged) ||
			!strings.Contains(err.Error(), "catalogue: team/a, team/b, team/e;") {
			t.Fatalf("round %d: %v, %v", round, list, err)
		}
		for key, lost := range map[string]bool{"team/a": true, "team/b": true, "team/c": false, "team/e": true} {
			if e, err := s.Get(t.Context(), key); !errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrDamaged) != lost {
				t.Errorf("%s: %q, %v", key, e.Value, err)
			}
		}
		if _, err := s.Put(t.Context(), "team/a", []byte("x"), first["team/a"]); !errors.Is(err, store.ErrConflict) {
			t.Errorf("put over what is lost: %v", err)
		}
		closed(t, s)
	}

	s = quiet(t, dir)
	put("team/a", "anew", 0)
	put("team/c", "anew", 0)
	put("team/e", "anew", 0)
	if err := s.Delete(t.Context(), "team/b", 0); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), "team/b", 0); !errors.Is(err, store.ErrConflict) {
		t.Errorf("once more: %v", err)
	}
	for range 3 {
		list, err := s.List(t.Context(), "team/")
		if err != nil || len(list) != 4 {
			t.Fatalf("%v, %v", list, err)
		}
		for _, e := range list {
			if want := map[bool]string{true: "first of team/d", false: "anew"}[e.Key == "team/d"]; string(e.Value) != want {
				t.Errorf("%s is %q", e.Key, e.Value)
			}
		}
		closed(t, s)
		killed(t, dir)
		s = quiet(t, dir)
	}
	closed(t, s)
}

// TestOlderFolder: a folder of before there were tallies is taken as it is; from
// then on what it loses is missed, and the older program does not take it.
func TestOlderFolder(t *testing.T) {
	dir := t.TempDir()
	block := interleaved(t, dir, 6)
	if err := os.Remove(filepath.Join(dir, tallyFile)); err != nil {
		t.Fatal(err)
	}
	write(t, "matchstream-store 1\n", dir, versionFile)
	closed(t, quiet(t, dir))
	if text, err := os.ReadFile(filepath.Join(dir, versionFile)); err != nil || string(text) != "matchstream-store 2\n" {
		t.Errorf("it is marked %q, %v", text, err)
	}
	info, err := os.Stat(block)
	if err == nil {
		err = os.Truncate(block, info.Size()/2)
	}
	if err != nil {
		t.Fatal(err)
	}
	killed(t, dir)
	s := quiet(t, dir)
	left, _ := s.Read(t.Context(), key, 1)
	holdsDamaged(t, s, key, 6, int64(len(left)))
	closed(t, s)

	// Without the tally, later: it is told.
	if err := os.Remove(filepath.Join(dir, tallyFile)); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	s, err = Open(t.Context(), Options{Dir: dir, Log: slog.New(slog.NewTextHandler(&said, nil))})
	if err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	if !strings.Contains(said.String(), "the tally of what was acknowledged is missing") {
		t.Errorf("the log says %s", &said)
	}
}
