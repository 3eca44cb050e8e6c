package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// The tally's file is lines of text, of which the last of a subject holds:
//
//	journal.elp-tig-2011-09-10.k3f9a2 17 5d0c9e31
//
// subject, number, and the CRC-32C of both in hex. The number 0 is of a journal
// that was purged. A line that is not so is passed over: the file may end within
// one, and a disk that damages the journal damages the tally, too.
const tallyFile = "tally"

// When the file is written anew: it has grown by so many bytes, and to so many
// times what it had to have.
const (
	tallySpare  = 1 << 20
	tallyGrowth = 4
)

// tallySync is for how long notes may wait to be synced; a failed file is tried
// again after as long.
const tallySync = time.Second

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// openTally reads the tally of a folder. found: there was one.
func openTally(dir string, log *slog.Logger) (t *tally, found bool, err error) {
	t = &tally{log: log, path: filepath.Join(dir, tallyFile), wake: make(chan struct{}, 1)}
	t.mu.writing = make(map[string]*writing)
	text, _, err := readBlock(t.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, writable(err)
	}
	found = err == nil
	var strange int
	t.mu.of, strange = parseTally(text)
	t.whole = found && strange == 0
	if strange > 0 {
		log.Warn("store: lines of the tally cannot be read and are passed over", "file", t.path, "lines", strange,
			"do", "one, the last, is usual after a crash; more means a damaged disk: if this comes again, replace it")
	}
	// Written anew: what cannot be read is left out, and so is what is out of date.
	if err := t.rewrite(); err != nil {
		return nil, found, writable(err)
	}
	return t, found, nil
}

// parseTally reads a file's text; strange lines are counted.
func parseTally(text []byte) (of map[string]int64, strange int) {
	of = make(map[string]int64)
	for line := range bytes.Lines(text) {
		subject, n, ok := parseNote(line)
		switch {
		case !ok:
			strange++
		case n == 0:
			delete(of, subject)
		default:
			of[subject] = n
		}
	}
	return of, strange
}

func parseNote(line []byte) (subject string, n int64, ok bool) {
	at := bytes.LastIndexByte(line, ' ')
	if at < 0 {
		return "", 0, false
	}
	name, number, ok := bytes.Cut(line[:at], []byte(" "))
	n, err := strconv.ParseInt(string(number), 10, 64)
	if !ok || err != nil || !bytes.Equal(line, appendNote(nil, string(name), n)) {
		return "", 0, false
	}
	return string(name), n, true
}

func appendNote(b []byte, subject string, n int64) []byte {
	from := len(b)
	b = append(b, subject...)
	b = append(b, ' ')
	b = strconv.AppendInt(b, n, 10)
	return fmt.Appendf(b, " %08x\n", crc32.Checksum(b[from:], castagnoli))
}

// write a note to the file. Locked.
func (t *tally) write(subject string, n int64) {
	line := appendNote(nil, subject, n)
	if t.mu.since != nil {
		t.mu.since = append(t.mu.since, line...)
	}
	if t.mu.file != nil && !t.mu.stale {
		wrote, err := t.mu.file.Write(line)
		t.mu.size += int64(wrote)
		if err != nil {
			t.mu.stale = true
			t.log.Warn("store: the tally cannot be written; it is written anew as soon as it can", "file", t.path, "cause", err)
		}
	}
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

func (t *tally) spoilt(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.mu.stale {
		t.mu.stale = true
		t.log.Warn("store: the tally cannot be synced; it is written anew as soon as it can", "file", t.path, "cause", err)
	}
}

// keep syncs what was noted, until ctx is done.
func (t *tally) keep(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.wake:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(tallySync):
		}
		if err := t.sync(); err != nil {
			t.spoilt(err)
			select { // again, after a while
			case t.wake <- struct{}{}:
			default:
			}
		}
	}
}

// sync what was noted, and write the file anew if it is due. By one goroutine at
// a time: two that write it anew would take each other's notes.
func (t *tally) sync() error {
	t.syncing.Lock()
	defer t.syncing.Unlock()
	t.mu.Lock()
	file, anew := t.mu.file, t.mu.stale || t.mu.size > tallySpare+tallyGrowth*t.mu.least
	t.mu.Unlock()
	if anew || file == nil {
		return t.rewrite()
	}
	return file.Sync()
}

// rewrite makes the file anew of what is known, beside the old one. Notes go on
// being made meanwhile. By one goroutine at a time.
func (t *tally) rewrite() error {
	t.mu.Lock()
	var text []byte
	for subject, n := range t.mu.of {
		text = appendNote(text, subject, n)
	}
	t.mu.since = []byte{}
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		t.mu.since = nil
		t.mu.Unlock()
	}()
	tmp := t.path + ".tmp"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	var old *os.File
	if err == nil {
		old, err = t.swap(f, tmp, int64(len(text)))
	}
	if err != nil { // on a full disk it would only take the space
		return errors.Join(err, f.Close(), os.Remove(tmp))
	}
	if old != nil {
		old.Close()
	}
	return syncPath(filepath.Dir(t.path))
}

// swap the file for f, to which the notes made meanwhile are added.
func (t *tally) swap(f *os.File, tmp string, size int64) (old *os.File, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, err := f.Write(t.mu.since); err != nil {
		return nil, err
	}
	if err := os.Rename(tmp, t.path); err != nil {
		return nil, err
	}
	old, t.mu.file = t.mu.file, f
	t.mu.size, t.mu.least, t.mu.stale = size+int64(len(t.mu.since)), size, false
	return old, nil
}

// close the file, synced. Nothing is noted behind it.
func (t *tally) close() error {
	err := t.sync()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.mu.file != nil {
		err = errors.Join(err, t.mu.file.Close())
		t.mu.file = nil
	}
	return err
}
