package audience

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"matchstream/internal/store"
)

// keyEntry is where the key of all hashes lies.
const keyEntry = "audience/key"

// longestUser is more than any user id has, in bytes. Of a longer one only the
// beginning would count.
const longestUser = 256

// secret is the key under which ids are hashed. Who does not know it cannot
// make ids that collide, nor find out an id from its hash.
type secret [16]byte

// hash of a user's id: 64 bits, so that among a million users two are taken for
// one with a chance of one in forty million. Nothing is left on the heap.
func (s *secret) hash(user []byte) uint64 {
	var b [len(s) + longestUser]byte
	n := copy(b[:], s[:])
	n += copy(b[n:], user)
	sum := sha256.Sum256(b[:n])
	return binary.LittleEndian.Uint64(sum[:])
}

// id tells keys apart: what was counted under one says nothing under another.
func (s *secret) id() uint32 { return uint32(s.hash(nil)) }

// loadKey reads the key from the store, or makes one at the first start. A
// damaged key is replaced: users counted until then are strangers. The error is
// of a store that cannot be used now, or holds a newer program's key.
func loadKey(ctx context.Context, s store.Store) (key secret, lost error, err error) {
	for {
		e, err := s.Get(ctx, keyEntry)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return newSecret(), nil, err
		}
		if err == nil {
			key, err := parseKey(e.Value)
			if err == nil || errors.Is(err, errNewer) {
				return key, lost, err
			}
			lost = err
		}
		key = newSecret()
		_, err = s.Put(ctx, keyEntry, encodeKey(key), e.Revision)
		if !errors.Is(err, store.ErrConflict) { // another node was faster: its key it is
			return key, lost, err
		}
	}
}

func newSecret() (s secret) {
	rand.Read(s[:]) // never fails
	return s
}

func encodeKey(s secret) []byte { return seal(append(begin(), s[:]...)) }

func parseKey(value []byte) (s secret, err error) {
	body, err := unseal(value)
	if err != nil {
		return newSecret(), err
	}
	if len(body) != len(s) {
		return newSecret(), fmt.Errorf("%w: a key has %d bytes, expected %d", errDamaged, len(body), len(s))
	}
	return secret(body), nil
}
