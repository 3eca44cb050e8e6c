// Package chain is how the records of a match hang together: each carries a
// checksum of itself and that of the record before it, so that a hole, a swap,
// a record of another match and a flipped bit are seen and named.
//
// A sealed record is a JSON object that begins and ends with members of a
// fixed length:
//
//	{"v":2,"before":"f3Kq0dXbJ1A",…,"sum":"Zr0yQm9T4uE"}
//
// sum is the beginning of SHA-256 over the match's id, its epoch, and all bytes
// in front of ,"sum"; before is the sum of the record in front, and of the
// first record one that belongs to the match alone. Checksums guard against
// disks and mistakes, not against somebody who means harm: he would count them
// anew.
//
// Records of format 1, as older folders have them, carry no sum. What a chain
// makes of them is a running sum, so that the first sealed record vouches for
// all that lies before it. Behind a sealed record none may come.
//
// What a chain cannot see is that records are missing at its end: whoever knows
// how many there were has to compare (store.Store.Journals).
package chain

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"matchstream/internal/store"
)

// Format is the version of sealed records, the newest that there is.
const Format = 2

// Sum is a checksum: eight bytes, so that two that differ in one place out of
// some billions are never taken for each other by chance.
type Sum [8]byte

// String is a sum as it stands in a record: eleven characters.
func (s Sum) String() string { return base64.RawURLEncoding.EncodeToString(s[:]) }

// Head is the end of a match's chain: what the next record has to follow. The
// zero Head is in front of the first record.
type Head struct {
	Sum    Sum
	Sealed bool // by its last record
}

// before is what the next record has to name.
func (h Head) before(key store.Key) Sum {
	if h == (Head{}) {
		return sum(key, "begin", nil)
	}
	return h.Sum
}

// Next is the head behind one more record of key. An error wraps
// store.ErrDamaged, or is that of a format that is too new (Newer); it names
// the record by its number.
func (h Head) Next(key store.Key, number int64, data []byte) (Head, error) {
	version, ok := versionOf(data)
	switch {
	case !ok:
		return h, damaged(number, "expected an object that begins with its format, found %.40q", data)
	case version > Format:
		return h, &Newer{Format: version}
	case version == Format:
		return h.sealed(key, number, data)
	case h.Sealed:
		return h, damaged(number, "it has format %d and no checksum, behind records that have one", version)
	case looksSealed(data):
		return h, damaged(number, "it has format %d, but a checksum", version)
	}
	before := h.before(key)
	return Head{Sum: sum(key, string(before[:]), data)}, nil
}

// sealed checks a record that says that it is.
func (h Head) sealed(key store.Key, number int64, data []byte) (Head, error) {
	if bytes.HasPrefix(data, []byte(lost)) {
		return h, damaged(number, "it was lost before this store was copied: %.200s", data[len(lost):])
	}
	before, body, last, ok := cut(data)
	if !ok {
		return h, damaged(number, "its checksum cannot be found")
	}
	if is := sum(key, "", body); is != last {
		return h, damaged(number, "its checksum is %v, expected %v: a byte has changed, or it is of another match", last, is)
	}
	if want := h.before(key); before != want {
		if number == 1 {
			return h, damaged(number, "it does not begin the match: expected %v before it, found %v", want, before)
		}
		return h, fmt.Errorf("%w: record %d does not follow record %d: expected %v before it, found %v",
			store.ErrDamaged, number, number-1, want, before)
	}
	return Head{Sum: last, Sealed: true}, nil
}

func damaged(number int64, format string, a ...any) error {
	return fmt.Errorf("%w: record %d: "+format, append([]any{store.ErrDamaged, number}, a...)...)
}

// Newer is a record of a format that this program does not know.
type Newer struct{ Format int }

func (e *Newer) Error() string {
	return fmt.Sprintf("it has format %d, this program knows formats up to %d: run the newer version of MatchStream that wrote it", e.Format, Format)
}

// sum is the checksum of data within a match; what keeps the three uses apart.
func sum(key store.Key, what string, data []byte) (s Sum) {
	h := sha256.New()
	b := make([]byte, 0, 320) // match ids and epochs have at most 128 bytes each
	for _, part := range []string{key.Match, key.Epoch, what} {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	h.Write(b)
	h.Write(data)
	copy(s[:], h.Sum(b[:0]))
	return s
}
