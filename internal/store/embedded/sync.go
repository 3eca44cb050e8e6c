package embedded

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
)

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

// sizes are those of the server's blocks: the files that hold the records.
type sizes map[string]int64

// settle syncs what a server that was killed may have written and not synced:
// its last record, which the next server finds and shows, so that it must not
// be lost any more. It lies in the newest block of a stream. It returns the
// sizes of all blocks.
func settle(dir string) (sizes, error) {
	blocks, newest := sizes{}, map[string]string{} // newest by folder; names of blocks are numbers
	err := filepath.WalkDir(filepath.Join(dir, serverDir), func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // killed before the server's first start
		}
		if err != nil || filepath.Ext(path) != ".blk" {
			return err
		}
		folder := filepath.Dir(path)
		if old := newest[folder]; len(old) < len(path) || len(old) == len(path) && old < path {
			newest[folder] = path
		}
		info, err := e.Info()
		if err == nil {
			blocks[path] = info.Size()
		}
		return err
	})
	for folder, path := range newest {
		err = errors.Join(err, syncPath(path), syncPath(folder))
	}
	return blocks, err
}

// cut tells of the blocks that the server has shortened at its start, as it
// does without a word from the first record on that it cannot read. At most
// one record that was never acknowledged is usual, after a crash; more is a
// damaged disk.
func (before sizes) cut(log *slog.Logger) {
	for path, size := range before {
		if info, err := os.Stat(path); err == nil && info.Size() < size {
			log.Warn("store: an unreadable end of a block was cut off",
				"file", path, "bytes", size-info.Size(), "left", info.Size(),
				"do", "after a kill, up to one record's size is usual; more means a damaged disk: restore the folder from a copy")
		}
	}
}

// syncTree syncs all folders in dir, and the name of dir in its own.
func syncTree(dir string) error {
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		return syncPath(path)
	})
	return errors.Join(err, syncPath(filepath.Dir(filepath.Clean(dir))))
}

// syncPath syncs one file or folder.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// writeSynced writes a file that after a crash is there whole or not at all.
func writeSynced(path, text string) error {
	tmp := path + ".tmp"
	if err := os.WriteFile(tmp, []byte(text), 0o640); err != nil {
		return err
	}
	if err := syncPath(tmp); err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncPath(filepath.Dir(path))
}
