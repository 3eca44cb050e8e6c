package embedded

import (
	"bytes"
	"encoding/binary"
	"hash"

	"matchstream/internal/store/jetstream"
)

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

// hole is a part of a block without a record that can be read, between two
// that can.
type hole struct {
	from, to int
	sequence uint64 // of the first record that was there
	time     uint64
	of       string // its subject, if that can be read
}

// findHoles of a block. What is unreadable at its end is none: a record that
// was never acknowledged may be there in part. end is where it begins.
func findHoles(block []byte, h hash.Hash64) (holes []hole, end int) {
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
			return holes, i
		}
		holes = append(holes, hole{from: i, to: next, sequence: before + 1, time: at, of: subjectAt(block[i:next])})
		i = next
	}
	return holes, len(block)
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
	if s := rest[:n]; bytes.HasPrefix(s, []byte(jetstream.JournalPrefix)) || bytes.HasPrefix(s, []byte(jetstream.CataloguePrefix)) {
		return string(s)
	}
	return ""
}

// mended is a block whose holes are filled with erased records.
func mended(block []byte, holes []hole, h hash.Hash64) []byte {
	whole, at := make([]byte, 0, len(block)), 0
	for _, g := range holes {
		whole = append(append(whole, block[at:g.from]...), g.erased(h)...)
		at = g.to
	}
	return append(whole, block[at:]...)
}

// erased is a record of the hole's length that JetStream passes by; nothing where
// that is too short for any, as nothing is that was a record.
func (g hole) erased(h hash.Hash64) []byte {
	if g.to-g.from < recordEmpty {
		return nil
	}
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
