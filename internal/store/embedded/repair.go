package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// When JetStream reads a block anew, as it does after a kill, it cuts the block
// off at the first record that it cannot read: all that was acknowledged behind
// it is gone, of whichever match. And a block that the disk does not give at all
// keeps it from starting. So we read the blocks first. A record that is damaged
// and has whole ones behind it is replaced by an erased one of the same length:
// then JetStream passes it by, and whoever reads its match finds a hole, and says
// so (the tally knows of one at a match's end). What the disk does not give is
// damaged like what it gives wrongly. The block as it was is kept beside.

// damagedDir is where blocks are kept as they were before they were repaired.
const damagedDir = "damaged"

// alwaysRead is up to how many bytes of blocks are read at each start: a
// quarter of a second. What is more is read after an unclean end only.
const alwaysRead = 256 << 20

// repair the blocks in a folder, before an engine reads them. clean: the folder
// was closed by whoever had it before. tallied: the tally knows what is missing,
// so that JetStream need not go on counting it: what it counts and cannot read
// could not be written over.
func repair(ctx context.Context, dir string, blocks blocks, clean, tallied bool, log *slog.Logger) error {
	all := !clean || blocks.total() <= alwaysRead
	for path := range blocks.sizes {
		if err := ctx.Err(); err != nil {
			return err
		}
		newest := blocks.newest[filepath.Dir(path)] == path
		if !all && !newest {
			continue
		}
		if err := repairBlock(dir, path, newest && !clean, tallied, log); err != nil {
			return fmt.Errorf("%s is damaged and cannot be repaired: %w; restore the folder from a copy, or see to it that it can be read and written", path, err)
		}
	}
	return blocks.sync()
}

// repairBlock writes a block anew where that mends it. anew: in any case. The
// newest block may hold what was written and not synced, since the process was
// killed or the disk has failed. After a failed sync the kernel takes the pages
// for clean, and the next sync says that all is well: only what is written once
// more is on the disk then.
func repairBlock(dir, path string, anew, tallied bool, log *slog.Logger) error {
	data, unread, err := readBlock(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	h, err := hashOf(path)
	if err != nil {
		return err
	}
	holes, end := findHoles(data, h)
	damaged := len(holes) > 0 || unread > 0 || end < len(data)
	kept := ""
	if damaged {
		if kept, err = keepAside(dir, path, data, unread > 0); err != nil {
			return err
		}
	}
	for _, g := range holes {
		log.Error("store: a part of a block is damaged; what stands behind it is kept, its match says that it has a hole",
			"file", path, "from", g.from, "bytes", g.to-g.from, "of", strconv.Quote(g.of), "kept", kept,
			"do", "restore the folder from a copy, if there is one that has it")
	}
	if unread > 0 {
		log.Error("store: the disk does not give a part of a block; the block is written anew without it", "file", path, "bytes", unread, "kept", kept,
			"do", "replace the disk, and restore the folder from a copy, if there is one that has it")
	}
	if index := filepath.Join(filepath.Dir(path), "index.db"); tallied && damaged {
		if err := os.Remove(index); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if !damaged && !anew {
		return nil
	}
	err = writeBlock(dir, path, mended(data[:end], holes, h))
	if err == nil && end < len(data) {
		log.Warn("store: an unreadable end of a block was cut off", "file", path, "bytes", len(data)-end, "left", end, "kept", kept,
			"do", "nothing, after a kill in the middle of a write; where acknowledged records are lost with it, their matches say so")
	}
	if !damaged && errors.Is(err, syscall.ENOSPC) {
		log.Warn("store: there is no space to write the newest block once more; it is synced where it is", "file", path, "cause", err,
			"do", "make space; if a sync has failed before, start the server once more then")
		err = syncPath(path)
	}
	return err
}

// keptBefore is the copy of a block that an earlier start has kept, if there is
// one: what is not repaired is met at every start.
func keptBefore(aside, pattern string, data []byte) (string, error) {
	all, err := filepath.Glob(filepath.Join(aside, pattern))
	for _, path := range all {
		if old, unread, err := readBlock(path); err == nil && unread == 0 && bytes.Equal(old, data) {
			return path, nil
		}
	}
	return "", err
}

// keepAside keeps a block as it is. What the disk does not give cannot be
// copied: there the file itself is kept, where the file system knows links, else
// what can be read of it.
func keepAside(dir, path string, data []byte, linked bool) (string, error) {
	stream := filepath.Base(filepath.Dir(filepath.Dir(path)))
	aside := filepath.Join(dir, damagedDir)
	if err := os.MkdirAll(aside, 0o750); err != nil {
		return "", err
	}
	if before, err := keptBefore(aside, stream+"-*-"+filepath.Base(path), data); before != "" || err != nil {
		return before, err
	}
	kept := filepath.Join(aside, fmt.Sprintf("%s-%s-%s", stream, time.Now().UTC().Format("20060102T150405.000"), filepath.Base(path)))
	if linked && os.Link(path, kept) == nil {
		return kept, syncPath(aside)
	}
	if err := os.WriteFile(kept, data, 0o640); err != nil {
		return "", errors.Join(err, os.Remove(kept)) // half of it would only take the space
	}
	return kept, errors.Join(syncPath(kept), syncPath(aside))
}
