package embedded

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"matchstream/internal/store"
)

// takes is how much a folder's files take.
func takes(t *testing.T, dir string) (sum int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// TestSpaceComesBack: what old matches took is free again once they are purged,
// though the matches that stay lie between them on the disk.
func TestSpaceComesBack(t *testing.T) {
	tidying = 50 * time.Millisecond
	defer func() { tidying = 2 * time.Minute }()
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close()
	const old, records = 12, 60
	large := strings.Repeat("x", 30_000)
	marks := map[store.Key]store.Mark{}
	for n := range int64(records) {
		for m := range old + 1 {
			key, data := store.Key{Match: fmt.Sprintf("match-%d", m), Epoch: "abcdef"}, large
			if m == old {
				data = "this one stays"
			}
			mark, err := s.Append(t.Context(), key, marks[key], n+1, []byte(data))
			if err != nil {
				t.Fatal(err)
			}
			marks[key] = mark
		}
	}
	before := takes(t, dir)
	for m := range old {
		if err := s.Purge(t.Context(), store.Key{Match: fmt.Sprintf("match-%d", m), Epoch: "abcdef"}); err != nil {
			t.Fatal(err)
		}
	}
	if before < old*records*int64(len(large)) {
		t.Fatalf("the folder took %d bytes", before)
	}
	// The block that is being written has 8 MB at most, and stays.
	for began := time.Now(); takes(t, dir) > before/2; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			t.Fatalf("the folder takes %d bytes, before it took %d", takes(t, dir), before)
		}
	}
	left := store.Key{Match: fmt.Sprintf("match-%d", old), Epoch: "abcdef"}
	if all, err := s.Read(t.Context(), left, 1); err != nil || len(all) != records {
		t.Errorf("%d records of what stays, %v", len(all), err)
	}
}
