package audience

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// format is the version of the values in the catalogue that belong to this
// room. Each begins with it, and ends with a checksum: in every version, so
// that a flipped bit is not taken for a newer program.
const format = 1

var (
	errDamaged = errors.New("the value is damaged")
	errNewer   = errors.New("the value is of a newer version of MatchStream")
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// begin is the beginning of a value.
func begin() []byte { return []byte{format} }

// seal ends a value.
func seal(value []byte) []byte {
	return binary.BigEndian.AppendUint32(value, crc32.Checksum(value, castagnoli))
}

// unseal checks a value and returns what is between version and checksum.
func unseal(value []byte) ([]byte, error) {
	end := len(value) - crc32.Size
	if end < 1 {
		return nil, fmt.Errorf("%w: it has %d bytes", errDamaged, len(value))
	}
	if want, got := binary.BigEndian.Uint32(value[end:]), crc32.Checksum(value[:end], castagnoli); want != got {
		return nil, fmt.Errorf("%w: its checksum is %08x, expected %08x", errDamaged, got, want)
	}
	switch {
	case value[0] > format:
		return nil, fmt.Errorf("%w: format %d, this program knows formats up to %d", errNewer, value[0], format)
	case value[0] < format:
		return nil, fmt.Errorf("%w: format %d", errDamaged, value[0])
	}
	return value[1:end], nil
}

// reader takes numbers from a value; after the first that is missing all are 0.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) byte() byte {
	if len(r.rest) == 0 {
		r.bad = true
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}
