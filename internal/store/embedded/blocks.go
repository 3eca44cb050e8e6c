package embedded

import (
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/minio/highwayhash"
)

// blocks are the server's files that hold the records.
type blocks struct {
	sizes  map[string]int64  // by path
	newest map[string]string // by folder
}

// blocksOf a store's folder.
func blocksOf(dir string) (blocks, error) {
	b := blocks{map[string]int64{}, map[string]string{}}
	err := filepath.WalkDir(filepath.Join(dir, serverDir), func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // killed before the server's first start
		}
		if err != nil || filepath.Ext(path) != ".blk" {
			return err
		}
		folder := filepath.Dir(path)
		if old := b.newest[folder]; len(old) < len(path) || len(old) == len(path) && old < path { // names are numbers
			b.newest[folder] = path
		}
		info, err := e.Info()
		if err == nil {
			b.sizes[path] = info.Size()
		}
		return err
	})
	return b, err
}

func (b blocks) total() (n int64) {
	for _, size := range b.sizes {
		n += size
	}
	return n
}

// sync the newest blocks and their folders: of what a server that was killed may
// have written and not synced, the next one finds and shows its last record, so
// that it must not be lost any more.
func (b blocks) sync() (err error) {
	for folder, path := range b.newest {
		err = errors.Join(err, syncPath(path), syncPath(folder))
	}
	return err
}

// cut tells of the blocks that the server has shortened at its start, as it
// does without a word from the first record on that it cannot read: those that
// were not read before (repair).
func (b blocks) cut(log *slog.Logger) {
	for path, size := range b.sizes {
		if info, err := os.Stat(path); err == nil && info.Size() < size {
			log.Warn("store: an unreadable end of a block was cut off",
				"file", path, "bytes", size-info.Size(), "left", info.Size(),
				"do", "where acknowledged records are lost with it, their matches say so: restore the folder from a copy")
		}
	}
}

// How much is read at once, and how much is given up where the disk gives
// nothing: a sector of most.
const (
	chunk = 1 << 20
	piece = 4096
)

// readBlock reads a file; so many bytes that the disk does not give (EIO) are
// zero.
func readBlock(path string) (data []byte, unread int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	return readPieces(f, info.Size())
}

func readPieces(f io.ReaderAt, size int64) (data []byte, unread int, err error) {
	data = make([]byte, size)
	for from := 0; from < len(data); from += chunk {
		part := data[from:min(from+chunk, len(data))]
		n, err := f.ReadAt(part, int64(from))
		for at := n / piece * piece; errors.Is(err, syscall.EIO) && at < len(part); at += piece {
			small := part[at:min(at+piece, len(part))]
			n, bad := f.ReadAt(small, int64(from+at))
			if errors.Is(bad, syscall.EIO) {
				unread += len(small) - n
				clear(small[n:])
			} else if bad != nil && bad != io.EOF {
				return nil, 0, bad
			}
		}
		if err != nil && err != io.EOF && !errors.Is(err, syscall.EIO) {
			return nil, 0, err
		}
	}
	return data, unread, nil
}

// blockTmp is where a block is written anew: not beside the others, where the
// server would take it for one.
const blockTmp = "block.tmp"

// writeBlock writes a block anew: after a crash it is there as it was or as it
// is now.
func writeBlock(dir, path string, data []byte) error {
	tmp := filepath.Join(dir, blockTmp)
	err := os.WriteFile(tmp, data, 0o640)
	if err == nil {
		err = syncPath(tmp)
	}
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		os.Remove(tmp)
		return err
	}
	return syncPath(filepath.Dir(path))
}

// hashOf a block's records; its key is made of the stream's name and the
// block's number.
func hashOf(path string) (hash.Hash64, error) {
	stream := filepath.Base(filepath.Dir(filepath.Dir(path)))
	key := sha256.Sum256([]byte(stream + "-" + strings.TrimSuffix(filepath.Base(path), ".blk")))
	return highwayhash.New64(key[:])
}
