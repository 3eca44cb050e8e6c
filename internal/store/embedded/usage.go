package embedded

import (
	"io/fs"
	"path/filepath"
)

// Usage is how many bytes the files in the store's folder take, others that
// lie there included, and how many are free on its file system. It looks at
// each file: some hundreds for years of matches.
func (s *Store) Usage() (used, free int64) {
	err := filepath.WalkDir(s.dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil // it may have gone meanwhile
		}
		if info, err := e.Info(); err == nil {
			used += info.Size()
		}
		return nil
	})
	if err != nil {
		return 0, 0
	}
	left, _, _ := freeSpace(s.dir)
	return used, int64(left)
}
