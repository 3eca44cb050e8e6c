package embedded

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"matchstream/internal/store"
)

var rounds = flag.Int("rounds", 25, "histories that are damaged, of TestAnyDamage")

// acknowledged is all that a store has promised to keep.
type acknowledged struct {
	journals map[store.Key][][]byte
	entries  map[string][]byte // nil: deleted
	purged   map[store.Key]bool
}

// TestAnyDamage: a random history, a kill, one random damage to one file, and two
// more kills. Then each match is whole, or is read up to somewhere and says that
// there was more; each entry is what it was, or says that it is lost. Nothing
// else is ever read, and nothing is given out twice.
func TestAnyDamage(t *testing.T) {
	for round := range *rounds {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(round), 2011))
			dir := filepath.Join(t.TempDir(), "store")
			want := lived(t, r, dir)
			how := spoil(t, r, dir)
			for again := range 3 {
				s, err := Open(t.Context(), Options{Dir: dir, Log: silent})
				if err != nil {
					t.Logf("%s: it does not open: %v", how, err)
					return // it says so; TestDamageElsewhere holds which may do that
				}
				holds(t, s, want, fmt.Sprintf("%s, start %d", how, again+1))
				closed(t, s)
				killed(t, dir)
			}
		})
	}
}

// lived makes a folder with a random history, as a kill leaves it.
func lived(t *testing.T, r *rand.Rand, dir string) acknowledged {
	t.Helper()
	before := filepath.Join(t.TempDir(), "before")
	s := quiet(t, before)
	defer func() { closed(t, s) }()
	want := acknowledged{map[store.Key][][]byte{}, map[string][]byte{}, map[store.Key]bool{}}
	marks, revisions := map[store.Key]store.Mark{}, map[string]uint64{}
	epochs := map[string]int{}
	for n := range 40 + r.IntN(80) {
		data := fmt.Appendf(nil, "%d-%d", n, r.Uint64())
		match := fmt.Sprintf("m%d", r.IntN(6))
		key := store.Key{Match: match, Epoch: fmt.Sprintf("e%d", epochs[match])}
		name := fmt.Sprintf("team/t%d", r.IntN(6))
		var err error
		switch what := r.IntN(20); {
		case what < 12:
			marks[key], err = s.Append(t.Context(), key, marks[key], int64(len(want.journals[key])+1), data)
			want.journals[key] = append(want.journals[key], data)
		case what < 17:
			revisions[name], err = s.Put(t.Context(), name, data, revisions[name])
			want.entries[name] = data
		case what < 18 && revisions[name] != 0:
			err = s.Delete(t.Context(), name, revisions[name])
			revisions[name], want.entries[name] = 0, nil
		case what < 19 && n < 30:
			if err = s.Purge(t.Context(), key); err == nil {
				delete(want.journals, key)
				want.purged[key] = true
				epochs[match]++ // none is ever used again
			}
		case what == 19: // an end in between, so that there are indexes
			closed(t, s)
			s = quiet(t, before)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(dir, os.DirFS(before)); err != nil {
		t.Fatal(err)
	}
	return want
}

// spoil does something to one of the files that hold records, or to the tally.
func spoil(t *testing.T, r *rand.Rand, dir string) (how string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, serverDir, "$G", "streams", "*", "msgs", "*.blk"))
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	path := append(files, filepath.Join(dir, tallyFile))[r.IntN(3)]
	b, err := os.ReadFile(path)
	if err != nil || len(b) == 0 {
		t.Fatal(len(b), err)
	}
	at := r.IntN(len(b))
	switch r.IntN(5) {
	case 0:
		b[at] ^= byte(1 + r.IntN(255))
		how = fmt.Sprint("a byte flipped at ", at)
	case 1:
		b = b[:at]
		how = fmt.Sprint("cut off at ", at)
	case 2:
		clear(b[at:min(at+4096, len(b))])
		how = fmt.Sprint("zeros at ", at)
	case 3:
		b = append(bytes.Clone(b[:at]), b[min(at+1+r.IntN(300), len(b)):]...)
		how = fmt.Sprint("a piece taken out at ", at)
	case 4:
		b = append(append(bytes.Clone(b[:at]), bytes.Repeat([]byte{0xaa}, 1+r.IntN(300))...), b[at:]...)
		how = fmt.Sprint("a piece put in at ", at)
	}
	write(t, string(b), path)
	return filepath.Base(filepath.Dir(filepath.Dir(path))) + "/" + filepath.Base(path) + ": " + how
}

// holds compares what a store says with what it has acknowledged.
func holds(t *testing.T, s *Store, want acknowledged, how string) {
	t.Helper()
	for key, all := range want.journals {
		got, err := s.Read(t.Context(), key, 1)
		if len(got) > len(all) || len(got) < len(all) && !errors.Is(err, store.ErrDamaged) || err != nil && !errors.Is(err, store.ErrDamaged) {
			t.Fatalf("%s: of %s %d records of %d are read, %v", how, key.Match, len(got), len(all), err)
		}
		var last store.Mark
		for i, r := range got {
			if !bytes.Equal(r.Data, all[i]) || r.Number != int64(i+1) {
				t.Fatalf("%s: record %d of %s is number %d, %q; it was %q", how, i+1, key.Match, r.Number, r.Data, all[i])
			}
			last = r.Mark
		}
		if len(got) == len(all) {
			continue
		}
		if _, err := s.Append(t.Context(), key, last, int64(len(got)+1), []byte("another")); err == nil {
			t.Fatalf("%s: number %d of %s is given out twice", how, len(got)+1, key.Match)
		}
	}
	journals, err := s.Journals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range journals {
		if n := int64(len(want.journals[j.Key])); n != j.Records && !want.purged[j.Key] { // who made it knows what was purged
			t.Fatalf("%s: %+v, there were %d records", how, j, len(want.journals[j.Key]))
		}
	}
	list, err := s.List(t.Context(), "")
	if err != nil && !errors.Is(err, store.ErrDamaged) {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, e := range list {
		listed[e.Key] = true
		if value := want.entries[e.Key]; value == nil || !bytes.Equal(e.Value, value) {
			t.Fatalf("%s: %s is %q; it was %q", how, e.Key, e.Value, value)
		}
	}
	for name, value := range want.entries {
		e, err := s.Get(t.Context(), name)
		switch none, lost := errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrDamaged); {
		case err != nil && !none,
			err == nil && !bytes.Equal(e.Value, value),
			value == nil && (lost || !none),
			value != nil && none != lost,
			listed[name] != (err == nil):
			t.Fatalf("%s: %s is %q, %v, listed: %t; it was %q", how, name, e.Value, err, listed[name], value)
		}
	}
}
