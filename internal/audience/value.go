package audience

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/axiomhq/hyperloglog"

	"matchstream/internal/store"
)

// entryOf is where the audience of a match lies. The epoch is in it: a match
// made anew begins at zero.
func entryOf(key store.Key) string { return "audience/" + key.Match + "/" + key.Epoch }

// counted is what the store has of a match's audience.
type counted struct {
	connects uint64
	peak     int64
	users    sketch
}

// The two forms of a sketch in a value.
const (
	sparse = 0 // the keys, ascending, four bytes each
	dense  = 1 // the library's own form
)

// encode for the catalogue: connects, peak, and the sketch.
func (c *counted) encode() []byte {
	b := binary.AppendUvarint(begin(), c.connects)
	b = binary.AppendUvarint(b, uint64(c.peak))
	return seal(c.users.encode(b))
}

// encode a sketch, behind b.
func (s *sketch) encode(b []byte) []byte {
	if s.dense != nil {
		b, err := s.dense.AppendBinary(append(b, dense))
		if err != nil {
			panic(err) // of a sketch without a precision: none of ours
		}
		return b
	}
	b = append(b, sparse)
	keys := slices.DeleteFunc(slices.Clone(s.table), func(key uint32) bool { return key == 0 })
	slices.Sort(keys)
	for _, key := range keys {
		b = binary.BigEndian.AppendUint32(b, key)
	}
	return b
}

// parseCounted reads such a value; the errors are errDamaged and errNewer.
func parseCounted(value []byte) (c counted, err error) {
	body, err := unseal(value)
	if err != nil {
		return counted{}, err
	}
	r := reader{rest: body}
	c.connects = r.number()
	peak := r.number()
	if r.bad || peak > math.MaxInt64 {
		return counted{}, fmt.Errorf("%w: expected connects, peak and a sketch", errDamaged)
	}
	c.peak = int64(peak)
	c.users, err = parseSketch(r.rest)
	return c, err
}

// parseSketch reads what encode has written; the error is errDamaged.
func parseSketch(b []byte) (s sketch, err error) {
	r := reader{rest: b}
	form := r.byte()
	if r.bad || form > dense {
		return sketch{}, fmt.Errorf("%w: expected a sketch of form 0 or 1", errDamaged)
	}
	if form == sparse {
		err = s.parse(r.rest)
		return s, err
	}
	var registers hyperloglog.Sketch
	s.dense = hyperloglog.NewNoSparse()
	err = registers.UnmarshalBinary(r.rest)
	if err == nil {
		err = s.dense.Merge(&registers) // refuses another precision
	}
	if err != nil {
		return sketch{}, fmt.Errorf("%w: registers of users: %w", errDamaged, err)
	}
	return s, nil
}

// parse the keys of a sparse sketch.
func (s *sketch) parse(b []byte) error {
	if len(b)%4 != 0 || len(b) > 4*crowded {
		return fmt.Errorf("%w: users: %d bytes, expected four for each of at most %d", errDamaged, len(b), crowded)
	}
	for last := uint32(0); len(b) > 0; b = b[4:] {
		key := binary.BigEndian.Uint32(b)
		if key <= last {
			*s = sketch{}
			return fmt.Errorf("%w: users: %08x stands behind %08x", errDamaged, key, last)
		}
		s.addKey(key)
		last = key
	}
	return nil
}
