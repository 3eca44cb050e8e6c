package embedded

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/minio/highwayhash"
)

// When JetStream reads a block anew, as it does after a kill, it cuts the block
// off at the first record that it cannot read: all that was acknowledged behind
// it is gone, of whichever match. So we read the blocks first. A record that is
// damaged and has whole ones behind it is replaced by an erased one of the same
// length: then JetStream passes it by, and whoever reads its match finds a
// hole, and says so. The block as it was is kept beside.

// damagedDir is where blocks are kept as they were before they were repaired.
const damagedDir = "damaged"

// alwaysRead is up to how many bytes of blocks are read at each start: a
// quarter of a second. What is more is read after an unclean end only.
const alwaysRead = 256 << 20

// The form of a record: nats-server v2.15, server/filestore.go, writeMsgRecordLocked.
//
//	length 4 | sequence 8 | time 8 | length of subject 2 | subject | headers' length 4 and headers, if any | data | hash 8
const (
	recordHead   = 22
	recordHash   = 8
	recordEmpty  = recordHead + recordHash
	recordMost   = 32 << 20
	withHeaders  = 1 << 31 // in the length
	erasedRecord = 1 << 63 // in the sequence
	deletesOther = 1 << 62 // likewise: a tombstone
)

// repair the blocks in a folder.
func repair(dir string, blocks sizes, clean bool, log *slog.Logger) error {
	var total int64
	for _, size := range blocks {
		total += size
	}
	if clean && total > alwaysRead {
		return nil
	}
	for path := range blocks {
		if err := repairBlock(dir, path, log); err != nil {
			return fmt.Errorf("%s is damaged and cannot be repaired: %w; restore the folder from a copy, or see to it that it can be read and written", path, err)
		}
	}
	return nil
}

func repairBlock(dir, path string, log *slog.Logger) error {
	data, err := os.ReadFile(path)
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
	holes := findHoles(data, h)
	if len(holes) == 0 {
		return nil
	}
	kept, err := keepAside(dir, path, data)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	for _, g := range holes {
		if _, e := f.WriteAt(g.erased(h), int64(g.from)); e != nil {
			err = errors.Join(err, e)
		}
		log.Error("store: a part of a block is damaged; what stands behind it is kept, its match says that it has a hole",
			"file", path, "from", g.from, "bytes", g.to-g.from, "of", strconv.Quote(g.of), "kept", kept,
			"do", "restore the folder from a copy, if there is one that has it")
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// keepAside copies a block as it is.
func keepAside(dir, path string, data []byte) (string, error) {
	stream := filepath.Base(filepath.Dir(filepath.Dir(path)))
	aside := filepath.Join(dir, damagedDir)
	if err := os.MkdirAll(aside, 0o750); err != nil {
		return "", err
	}
	kept := filepath.Join(aside, fmt.Sprintf("%s-%s-%s", stream, time.Now().UTC().Format("20060102T150405.000"), filepath.Base(path)))
	if err := os.WriteFile(kept, data, 0o640); err != nil {
		return "", err
	}
	return kept, errors.Join(syncPath(kept), syncPath(aside))
}

// hashOf a block's records; its key is made of the stream's name and the
// block's number.
func hashOf(path string) (hash.Hash64, error) {
	stream := filepath.Base(filepath.Dir(filepath.Dir(path)))
	key := sha256.Sum256([]byte(stream + "-" + strings.TrimSuffix(filepath.Base(path), ".blk")))
	return highwayhash.New64(key[:])
}

// hole is a part of a block without a record that can be read, between two
// that can.
type hole struct {
	from, to int
	sequence uint64 // of the first record that was there
	time     uint64
	of       string // its subject, if that can be read
}

// findHoles of a block. What is unreadable at its end is none: a record that
// was never acknowledged may be there in part.
func findHoles(block []byte, h hash.Hash64) (holes []hole) {
	var before, at uint64 // sequence and time of the record before
	for i := 0; i < len(block); {
		if size := recordAt(block[i:], h); size > 0 {
			if s := binary.LittleEndian.Uint64(block[i+4:]); s&deletesOther == 0 && s&^erasedRecord > before {
				before, at = s&^erasedRecord, binary.LittleEndian.Uint64(block[i+12:])
			}
			i += size
			continue
		}
		next := i + 1
		for next < len(block) && !(looksLikeOurs(block[next:]) && recordAt(block[next:], h) > 0) {
			next++
		}
		if next == len(block) {
			return holes
		}
		holes = append(holes, hole{from: i, to: next, sequence: before + 1, time: at, of: subjectAt(block[i:next])})
		i = next
	}
	return holes
}

// recordAt is the length of the record that a part of a block begins with; 0 if
// it is none.
func recordAt(b []byte, h hash.Hash64) int {
	if len(b) < recordEmpty {
		return 0
	}
	le := binary.LittleEndian
	size, subject := int(le.Uint32(b)&^withHeaders), int(le.Uint16(b[20:]))
	headers := 0
	if le.Uint32(b)&withHeaders != 0 {
		headers = 4
	}
	if size > recordMost || size > len(b) || recordEmpty+subject+headers > size {
		return 0
	}
	body := b[recordHead : size-recordHash]
	if headers > 0 { // their length is not in the hash
		rest := body[subject+headers:]
		if n := le.Uint32(body[subject:]); uint64(n) > uint64(len(rest)) || !bytes.HasSuffix(rest[:n], []byte("\r\n\r\n")) {
			return 0
		}
	}
	h.Reset()
	h.Write(b[4:20])
	h.Write(body[:subject])
	h.Write(body[subject+headers:])
	if !bytes.Equal(h.Sum(nil), b[size-recordHash:size]) {
		return 0
	}
	return size
}

// looksLikeOurs spares the hash where no record of ours can begin.
func looksLikeOurs(b []byte) bool {
	return len(b) >= recordEmpty && (subjectAt(b) != "" || binary.LittleEndian.Uint32(b) == recordEmpty)
}

// subjectAt is the subject of what may be a record; empty if it is none of ours.
func subjectAt(b []byte) string {
	if len(b) < recordEmpty {
		return ""
	}
	rest := b[recordHead:]
	n := min(int(binary.LittleEndian.Uint16(b[20:])), len(rest))
	if s := rest[:n]; bytes.HasPrefix(s, []byte(journalPrefix)) || bytes.HasPrefix(s, []byte(cataloguePrefix)) {
		return string(s)
	}
	return ""
}

// erased is a record of the hole's length that JetStream passes by.
func (g hole) erased(h hash.Hash64) []byte {
	b := make([]byte, g.to-g.from)
	le := binary.LittleEndian
	le.PutUint32(b, uint32(len(b)))
	le.PutUint64(b[4:], g.sequence|erasedRecord)
	le.PutUint64(b[12:], g.time)
	h.Reset()
	h.Write(b[4:20])
	h.Write(b[recordHead : len(b)-recordHash])
	copy(b[len(b)-recordHash:], h.Sum(nil))
	return b
}
