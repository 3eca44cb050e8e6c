package record

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Find is the folders of records in dir: itself, or else those right in it, by name.
func Find(dir string) ([]string, error) {
	if holds(dir) {
		return []string{dir}, nil
	}
	in, err := list(dir)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, f := range in {
		if sub := filepath.Join(dir, f.Name()); holds(sub) {
			all = append(all, sub)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: %w", dir, ErrNoRecord)
	}
	return all, nil
}

func holds(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, linesName))
	return err == nil
}

func list(dir string) ([]fs.DirEntry, error) {
	in, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s: expected that of a record, as --out DIR makes it", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("looking for a record: %w", err)
	}
	return in, nil
}
