package redis

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"

	"matchstream/internal/store"
)

// reference is what the order has of a record: where it is, how long it is, and
// something that no other record has.
type reference struct {
	key    store.Key
	number int64
	size   int
	nonce  string
}

// errForeign is of an entry of the order that is not ours. Nobody knows whose record
// it stands for, so it cannot be passed over: all has to be read anew.
var errForeign = fmt.Errorf("%w: %w", store.ErrReplaced, store.ErrDamaged)

// nonce tells two histories apart that have given out the same mark.
func nonce() string { return rand.Text()[:10] }

func (r reference) String() string {
	return fmt.Sprintf("%s/%s/%d/%d/%s", r.key.Match, r.key.Epoch, r.number, r.size, r.nonce)
}

func parseReference(text string) (r reference, err error) {
	parts := strings.Split(text, "/")
	bad := fmt.Errorf("%w: reference %.200q: expected match/epoch/number/size/nonce", store.ErrDamaged, text)
	if len(parts) != 5 || parts[4] == "" {
		return r, bad
	}
	r = reference{key: store.Key{Match: parts[0], Epoch: parts[1]}, nonce: parts[4]}
	if store.CheckKey(r.key) != nil {
		return reference{}, bad
	}
	if r.number, err = strconv.ParseInt(parts[2], 10, 64); err != nil || r.number < 1 {
		return reference{}, bad
	}
	if r.size, err = strconv.Atoi(parts[3]); err != nil || r.size < 0 || r.size > store.MaxData {
		return reference{}, bad
	}
	return r, nil
}

// place is an id of a stream: in a journal number and mark, in the order mark and
// 0, in the changes revision and 0.
type place struct{ first, second uint64 }

func (p place) String() string { return number(p.first) + "-" + number(p.second) }

func parsePlace(text string) (p place, err error) {
	first, second, ok := strings.Cut(text, "-")
	if ok {
		if p.first, err = strconv.ParseUint(first, 10, 64); err == nil {
			p.second, err = strconv.ParseUint(second, 10, 64)
		}
	}
	if !ok || err != nil {
		return place{}, fmt.Errorf("%w: %.80q is no place in a stream: expected two numbers like 3-17", store.ErrDamaged, text)
	}
	return p, nil
}

// parseEntry reads what the catalogue has of one name: its revision, a space, the value.
func parseEntry(key, text string) (store.Entry, error) {
	revision, value, ok := strings.Cut(text, " ")
	n, err := strconv.ParseUint(revision, 10, 64)
	if !ok || err != nil || n == 0 {
		return store.Entry{}, fmt.Errorf("%w: entry %s begins with %.40q: expected its revision and a space", store.ErrDamaged, key, text)
	}
	return store.Entry{Key: key, Value: []byte(value), Revision: n}, nil
}
