package audience

import (
	"encoding/binary"
	"fmt"
	"math"
)

// visitor is what the store keeps of a user.
type visitor struct {
	hash  uint64
	count uint32 // how often he came, 1 or more
	seen  uint32 // when last, in minutes since 1970
}

// encodeShard for the catalogue: the key's id, how many users, the latest of
// their minutes, and for each, by hash, how far it is from the one before,
// his count, and how long before the latest he was seen. Some ten bytes each.
func encodeShard(key uint32, all []present) []byte {
	latest := uint32(0)
	for _, p := range all {
		latest = max(latest, p.seen)
	}
	b := binary.BigEndian.AppendUint32(append(make([]byte, 0, 32+12*len(all)), begin()...), key)
	b = binary.AppendUvarint(b, uint64(len(all)))
	b = binary.AppendUvarint(b, uint64(latest))
	last := uint64(0)
	for _, p := range all {
		b = binary.AppendUvarint(b, p.hash/shards-last)
		b = binary.AppendUvarint(b, uint64(p.count))
		b = binary.AppendUvarint(b, uint64(latest-p.seen))
		last = p.hash / shards
	}
	return seal(b)
}

// parseShard reads such a value; the errors are errDamaged and errNewer.
func parseShard(number byte, key uint32, value []byte) ([]visitor, error) {
	body, err := unseal(value)
	if err != nil {
		return nil, err
	}
	if len(body) < 4 || binary.BigEndian.Uint32(body) != key {
		return nil, fmt.Errorf("%w: it was counted under another key", errDamaged)
	}
	r := reader{rest: body[4:]}
	n, latest := r.number(), r.number()
	if r.bad || n > uint64(len(r.rest))/3 || latest > math.MaxUint32 {
		return nil, fmt.Errorf("%w: %d users in %d bytes, the last seen in minute %d", errDamaged, n, len(r.rest), latest)
	}
	all := make([]visitor, 0, n)
	last := uint64(0)
	for i := range n {
		step, count, before := r.number(), r.number(), r.number()
		if r.bad || step == 0 && i > 0 || step > math.MaxUint64/shards-last || count-1 >= math.MaxUint32 || before > latest {
			return nil, fmt.Errorf("%w: user %d of %d", errDamaged, i+1, n)
		}
		last += step
		all = append(all, visitor{hash: last*shards + uint64(number), count: uint32(count), seen: uint32(latest - before)})
	}
	if len(r.rest) > 0 {
		return nil, fmt.Errorf("%w: %d bytes stand behind the last user", errDamaged, len(r.rest))
	}
	return all, nil
}
