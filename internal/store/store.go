// Package store is the contract of what lasts: the journal of every match and
// the catalogue beside it. Each implementation has a folder of its own and
// passes the same tests (storetest).
//
// The journal is one log for each Key. An append says after which record it
// belongs; if another was faster it is refused and nothing is written. So
// nobody leads and nobody locks. The catalogue is a small map from key to
// value, compare-and-set by revision: teams, matches, hashes of tokens.
package store

import (
	"context"
	"errors"
	"fmt"
)

// Key names one match's journal. The epoch is in it, so that a match made
// anew never mixes with the one before.
type Key struct {
	Match string // a match id
	Epoch string
}

// Mark is the store's own name for a record: opaque, but rising over all the
// records of a store. 0 is before everything.
type Mark uint64

// Record is one entry of a journal.
type Record struct {
	Key    Key
	Number int64 // 1, 2, 3, … within its Key
	Mark   Mark
	Data   []byte
}

// Journal is one match's journal, as the store counts it.
type Journal struct {
	Key     Key
	Records int64 // so many were acknowledged
	Missing int64 // so many of them are known to be lost; others may be as well
}

// Entry is one value of the catalogue.
type Entry struct {
	Key      string // "team/elp", "match/elp-tig-2011-09-10": [a-z0-9_-] in parts split by /
	Value    []byte // nil: deleted (seen in Watch only)
	Revision uint64 // rises with each change of this key; 0: does not exist
}

var (
	// ErrConflict: another was faster; nothing was written.
	ErrConflict = errors.New("store: another was faster")
	// ErrUnavailable: the store could not be reached; surely nothing was written.
	ErrUnavailable = errors.New("store: unavailable")
	// ErrFull is an ErrUnavailable: there is too little space; the text says
	// where. It goes on when there is space again.
	ErrFull = fmt.Errorf("%w: no space", ErrUnavailable)
	// ErrUnwritable is an ErrUnavailable: the disk takes nothing, for another
	// reason; the text says which. It goes on when the disk does.
	ErrUnwritable = fmt.Errorf("%w: it cannot be written", ErrUnavailable)
	// ErrRemoved is an ErrUnavailable: the others have taken this node out of the
	// cluster that is the store, for ever.
	ErrRemoved = fmt.Errorf("%w: this node was removed from its cluster", ErrUnavailable)
	// ErrUnknown: no answer came; perhaps it was written.
	ErrUnknown = errors.New("store: outcome unknown")
	// ErrNotFound: no such catalogue entry.
	ErrNotFound = errors.New("store: not found")
	// ErrDamaged: what was written cannot be read as it was written.
	ErrDamaged = errors.New("store: damaged")
	// ErrReplaced: what is at the store's address is another store than before: its
	// disk was wiped, or it was set up anew. No mark and no revision of before
	// means anything there.
	ErrReplaced = errors.New("store: another store is in its place")
	// ErrClosed: the store is closed.
	ErrClosed = errors.New("store: closed")
)

// Store keeps the journal and the catalogue. All methods may be called from
// many goroutines at once. Errors wrap one of the errors above where one fits.
type Store interface {
	// Append writes data as record number of key, directly behind the record
	// marked after (0 for number 1). It returns once the record is as durable
	// as the store makes it (synced to disk, on a majority of the replicas).
	// ErrConflict: the journal of key does not end with after. Where servers form a
	// cluster, a leader that was frozen may say so of a record which the next leader
	// has stored: whoever appends looks whether what is there is his own.
	Append(ctx context.Context, key Key, after Mark, number int64, data []byte) (Mark, error)

	// Read returns the records of key whose number is from or more, in order.
	// None is an empty slice and no error. What Append or Follow has shown to
	// this caller, Read shows too. With an error that wraps ErrDamaged come the
	// records before the damage.
	Read(ctx context.Context, key Key, from int64) ([]Record, error)

	// Journals says which journals there are, sorted by match and epoch, and
	// how many records each has to have: what a disk has damaged is counted
	// still, so that who reads fewer knows.
	Journals(ctx context.Context) ([]Journal, error)

	// End is the mark of the newest record in the journal; 0 when empty. It is
	// answered by whoever decides about appends, so that an answer says that the
	// store is there.
	End(ctx context.Context) (Mark, error)

	// Follow calls f for each record behind the mark from, of all keys, in
	// the order of their marks, each once, none missing, and goes on with new
	// ones as they become durable, until ctx is done (it returns ctx.Err())
	// or the store fails for good. It reconnects by itself. f is called from
	// one goroutine and may take its time, but blocks this Follow. ErrReplaced:
	// the store is no more the one that it was when Follow was called.
	Follow(ctx context.Context, from Mark, f func(Record)) error

	// Purge removes the journal of key for ever. Followers are not told.
	Purge(ctx context.Context, key Key) error

	// Put sets a catalogue entry whose revision still is expect (0: it must
	// not exist) and returns the new revision. ErrConflict otherwise.
	Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error)

	// Get returns one entry, or ErrNotFound; that is an ErrDamaged, too, if the
	// entry was acknowledged, and is lost.
	Get(ctx context.Context, key string) (Entry, error)

	// Delete removes an entry whose revision still is expect; 0 is that of one
	// which is lost, so that it is missed no more.
	Delete(ctx context.Context, key string, expect uint64) error

	// List returns the entries whose key begins with prefix ("" is all), sorted
	// by key. With an error that wraps ErrDamaged come those that can be read.
	List(ctx context.Context, prefix string) ([]Entry, error)

	// Watch calls f for each change of the catalogue made after Watch was
	// called, by whatever node, until ctx is done. Value is nil for a
	// deletion. Changes of one key come in order; intermediate ones may be
	// left out. ready is called once no later change can be missed. It
	// reconnects by itself, missing nothing; where it cannot, it returns.
	// ErrReplaced as of Follow.
	Watch(ctx context.Context, ready func(), f func(Entry)) error

	// Publish sends a message to all who subscribe to a topic at this moment, on
	// whatever node, the caller's too. It is kept nowhere, may be lost, and is
	// not waited for: no error says that somebody has got it.
	Publish(ctx context.Context, topic string, message []byte) error

	// Subscribe calls f for each message of a topic, in the order in which one
	// node has sent them, until ctx is done (it returns ctx.Err()) or the store
	// fails for good. ready is called once messages are heard; it reconnects by
	// itself, and what is sent meanwhile is lost. f is called from one goroutine;
	// one that takes its time may lose messages.
	Subscribe(ctx context.Context, topic string, ready func(), f func(message []byte)) error

	// Size is the space that the store takes, in bytes.
	Size(ctx context.Context) (int64, error)

	// Close ends every Follow, Watch and Subscribe, and lets go of the data. It may be
	// called more than once.
	Close() error
}
