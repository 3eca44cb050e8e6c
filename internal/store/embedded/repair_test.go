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

var otherKey = store.Key{Match: "arg-fra-2022-12-18", Epoch: "zzzzzz"}

// interleaved makes a store with n records of each of two matches, in turn.
func interleaved(t testing.TB, dir string, n int64) (block string) {
	t.Helper()
	s := open(t, dir)
	var last [2]store.Mark
	for i := range n {
		for k, key := range []store.Key{key, otherKey} {
			var err error
			if last[k], err = s.Append(t.Context(), key, last[k], i+1, []byte(payload(i+1))); err != nil {
				t.Fatal(err)
			}
		}
	}
	closed(t, s)
	return filepath.Join(dir, serverDir, "$G", "streams", journalConfig.Name, "msgs", "1.blk")
}

// TestDamageIsNoCut: whatever byte of a record is flipped, wherever it stands
// but at the very end, after a kill and after a proper end: the records behind
// it are there, and its own match says that it has a hole. Before, JetStream
// cut the block off there.
func TestDamageIsNoCut(t *testing.T) {
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
	damaged, size := 0, 0 // the fourth record: the second of the other match
	for range 4 {
		damaged += size
		if size = recordAt(whole[damaged:], h); size == 0 {
			t.Fatal("this is no record: their form has changed")
		}
	}
	for _, killed := range []bool{false, true} {
		for i := 0; i < size; i += 1 + i/24 { // each of the head's, then some
			t.Run(fmt.Sprintf("killed=%t,byte %d", killed, i), func(t *testing.T) {
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(dir, strings.TrimPrefix(block, from))
				flipped := bytes.Clone(whole)
				flipped[damaged+i] ^= 0x81
				write(t, string(flipped), path)
				if killed {
					if err := os.Remove(filepath.Join(filepath.Dir(path), "index.db")); err != nil {
						t.Fatal(err)
					}
					write(t, "1\n", dir, lockFile)
				}
				var said bytes.Buffer
				s, err := Open(t.Context(), Options{Dir: dir, Log: slog.New(slog.NewTextHandler(&said, nil))})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				if r, err := s.Read(t.Context(), key, 1); err != nil || len(r) != records {
					t.Errorf("of the match that is whole %d records are read, %v", len(r), err)
				}
				if r, err := s.Read(t.Context(), otherKey, 1); !errors.Is(err, store.ErrDamaged) || len(r) != 1 || !strings.Contains(err.Error(), "record 2 is missing") {
					t.Errorf("of the other %d records are read, %v", len(r), err)
				}
				if !strings.Contains(said.String(), "level=ERROR") || !strings.Contains(said.String(), path) {
					t.Errorf("the log says %s", &said)
				}
				kept, err := filepath.Glob(filepath.Join(dir, damagedDir, "JOURNAL-*-1.blk"))
				if err != nil || len(kept) != 1 {
					t.Fatalf("kept beside: %v, %v", kept, err)
				}
				if b, err := os.ReadFile(kept[0]); err != nil || !bytes.Equal(b, flipped) {
					t.Errorf("what is kept is not what was there, %v", err)
				}
				if _, err := s.Append(t.Context(), key, mark(t, s, key), records+1, []byte("more")); err != nil {
					t.Errorf("an append behind it: %v", err)
				}
			})
		}
	}
}

// mark of a journal's last record.
func mark(t *testing.T, s *Store, key store.Key) store.Mark {
	t.Helper()
	r, err := s.Read(t.Context(), key, 1)
	if err != nil {
		t.Fatal(err)
	}
	return r[len(r)-1].Mark
}

// TestDamageElsewhere: of every other file of a store, one byte is flipped or
// half of it is missing. It opens with all that was there, or does not, and
// says which file it is about.
func TestDamageElsewhere(t *testing.T) {
	from := t.TempDir()
	interleaved(t, from, 3)
	var files []string
	err := filepath.Walk(filepath.Join(from, serverDir), func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() && filepath.Ext(path) != ".blk" {
			files = append(files, strings.TrimPrefix(path, from))
		}
		return err
	})
	if err != nil || len(files) < 4 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		for _, how := range []string{"flipped at the begin", "flipped in the middle", "flipped at the end", "half", "empty"} {
			t.Run(file+" "+how, func(t *testing.T) {
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
					t.Fatal(err)
				}
				b, err := os.ReadFile(filepath.Join(dir, file))
				if err != nil || len(b) < 2 {
					t.Fatalf("%d bytes, %v", len(b), err)
				}
				switch how {
				case "flipped at the begin":
					b[0] ^= 0xff
				case "flipped in the middle":
					b[len(b)/2] ^= 0xff
				case "flipped at the end":
					b[len(b)-1] ^= 0xff
				case "half":
					b = b[:len(b)/2]
				case "empty":
					b = nil
				}
				write(t, string(b), dir, file)
				s, err := Open(t.Context(), Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
				if err != nil {
					if !strings.Contains(err.Error(), dir) {
						t.Errorf("the error does not say where: %v", err)
					}
					return
				}
				defer s.Close()
				for _, key := range []store.Key{key, otherKey} {
					if r, err := s.Read(t.Context(), key, 1); err != nil || len(r) != 3 {
						t.Errorf("of %s %d records of 3 are read, %v", key.Match, len(r), err)
					}
				}
			})
		}
	}
}

// FuzzFindHoles: whatever is in a block, what was repaired has no holes, and
// each record that could be read before still can.
func FuzzFindHoles(f *testing.F) {
	block := interleaved(f, f.TempDir(), 3)
	whole, err := os.ReadFile(block)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole, 100, byte(1))
	f.Add(whole, 0, byte(0))
	f.Add(append(bytes.Clone(whole[:200]), whole...), 7, byte(3))
	f.Fuzz(func(t *testing.T, b []byte, at int, flip byte) {
		h, err := hashOf("/JOURNAL/msgs/1.blk")
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.Clone(b)
		if len(b) > 0 {
			b[uint(at)%uint(len(b))] ^= flip
		}
		holes, end := findHoles(b, h)
		whole := mended(b, holes, h)
		again, endAgain := findHoles(whole, h)
		if len(again) > 0 {
			t.Fatalf("%v, and then still %v", holes, again)
		}
		if tail := b[end:]; !bytes.Equal(tail, whole[endAgain:]) {
			t.Fatalf("the end was %q, and is %q", tail, whole[endAgain:])
		}
	})
}
