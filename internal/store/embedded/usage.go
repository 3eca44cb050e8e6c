package embedded

import (
	"io/fs"
	"path/filepath"
)

// Used is how many bytes the files in the store's folder take, others that lie
// there included. It looks at each file: some hundreds for years of matches.
func (s *Store) Used() int64 { return usedIn(s.dir) }

func usedIn(dir string) (used int64) {
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil // it may have gone meanwhile
		}
		if info, err := e.Info(); err == nil {
			used += info.Size()
		}
		return nil
	})
	if err != nil {
		return 0
	}
	return used
}

// Free is how many bytes are free on the folder's file system. It asks the
// kernel each time, as Writable does: the two never contradict each other.
func (s *Store) Free() int64 {
	free, _, _ := freeSpace(s.dir)
	return int64(free)
}
