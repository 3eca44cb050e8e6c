// Package memory keeps the journal and the catalogue in memory: fast, and gone
// when it is closed. It is for tests.
package memory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"matchstream/internal/store"
)

// memory is a store.Store. A change is told by closing changed and putting
// a new channel there, so that any number of followers may wait for it.
type memory struct {
	topics topics

	mu struct {
		sync.Mutex
		closed   bool
		changed  chan struct{}
		last     store.Mark
		records  []store.Record // by mark, with gaps where a journal was purged
		journals map[store.Key][]store.Record
		revision uint64
		entries  map[string]store.Entry
		changes  []store.Entry // for Watch, in order; never shortened
		size     int64
	}
}

// New makes an empty store.
func New() store.Store {
	m := &memory{}
	m.mu.changed = make(chan struct{})
	m.mu.journals = make(map[store.Key][]store.Record)
	m.mu.entries = make(map[string]store.Entry)
	return m
}

// enter locks the store, unless ctx has ended or the store is closed.
func (m *memory) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	m.mu.Lock()
	if m.mu.closed {
		m.mu.Unlock()
		return store.ErrClosed
	}
	return nil
}

// tell wakes all who wait. Locked.
func (m *memory) tell() {
	close(m.mu.changed)
	m.mu.changed = make(chan struct{})
}

func (m *memory) Append(ctx context.Context, key store.Key, after store.Mark, number int64, data []byte) (store.Mark, error) {
	if err := store.CheckRecord(key, number, data); err != nil {
		return 0, err
	}
	if err := m.enter(ctx); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	journal := m.mu.journals[key]
	var end store.Record
	if len(journal) > 0 {
		end = journal[len(journal)-1]
	}
	if end.Mark != after || end.Number+1 != number {
		return 0, fmt.Errorf("%w: the journal of %s ends with record %d", store.ErrConflict, key.Match, end.Number)
	}
	m.mu.last++
	r := store.Record{Key: key, Number: number, Mark: m.mu.last, Data: slices.Clone(data)}
	m.mu.journals[key] = append(journal, r)
	m.mu.records = append(m.mu.records, r)
	m.mu.size += int64(len(data))
	m.tell()
	return r.Mark, nil
}

func (m *memory) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	if err := store.CheckKey(key); err != nil {
		return nil, err
	}
	if err := m.enter(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	journal := m.mu.journals[key]
	skip := min(max(from-1, 0), int64(len(journal)))
	return slices.Clone(journal[skip:]), nil
}

func (m *memory) Journals(ctx context.Context) ([]store.Journal, error) {
	if err := m.enter(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var all []store.Journal
	for key, records := range m.mu.journals {
		all = append(all, store.Journal{Key: key, Records: int64(len(records))})
	}
	slices.SortFunc(all, store.CompareJournals)
	return all, nil
}

func (m *memory) End(ctx context.Context) (store.Mark, error) {
	if err := m.enter(ctx); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	return m.mu.last, nil
}

func (m *memory) Purge(ctx context.Context, key store.Key) error {
	if err := store.CheckKey(key); err != nil {
		return err
	}
	if err := m.enter(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	for _, r := range m.mu.journals[key] {
		m.mu.size -= int64(len(r.Data))
	}
	delete(m.mu.journals, key)
	m.mu.records = slices.DeleteFunc(slices.Clone(m.mu.records), func(r store.Record) bool { return r.Key == key })
	return nil
}

func (m *memory) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	return m.set(ctx, key, append([]byte{}, value...), expect)
}

func (m *memory) Delete(ctx context.Context, key string, expect uint64) error {
	if expect == 0 {
		return fmt.Errorf("%w: delete %s: revision 0 is of what does not exist", store.ErrConflict, key)
	}
	_, err := m.set(ctx, key, nil, expect)
	return err
}

// set puts a value; nil deletes.
func (m *memory) set(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	if err := store.CheckEntry(key, value); err != nil {
		return 0, err
	}
	if err := m.enter(ctx); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	old := m.mu.entries[key]
	if old.Revision != expect {
		return 0, fmt.Errorf("%w: %s has revision %d, not %d", store.ErrConflict, key, old.Revision, expect)
	}
	m.mu.revision++
	e := store.Entry{Key: key, Value: value, Revision: m.mu.revision}
	if value == nil {
		delete(m.mu.entries, key)
	} else {
		m.mu.entries[key] = e
	}
	m.mu.size += int64(len(value) - len(old.Value))
	m.mu.changes = append(m.mu.changes, e)
	m.tell()
	return e.Revision, nil
}

func (m *memory) Get(ctx context.Context, key string) (store.Entry, error) {
	if err := store.CheckEntry(key, nil); err != nil {
		return store.Entry{}, err
	}
	if err := m.enter(ctx); err != nil {
		return store.Entry{}, err
	}
	defer m.mu.Unlock()
	e, ok := m.mu.entries[key]
	if !ok {
		return store.Entry{}, fmt.Errorf("%w: %s", store.ErrNotFound, key)
	}
	return e, nil
}

func (m *memory) List(ctx context.Context, prefix string) ([]store.Entry, error) {
	if err := m.enter(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var list []store.Entry
	for _, key := range slices.Sorted(maps.Keys(m.mu.entries)) {
		if strings.HasPrefix(key, prefix) {
			list = append(list, m.mu.entries[key])
		}
	}
	return list, nil
}

func (m *memory) Size(ctx context.Context) (int64, error) {
	if err := m.enter(ctx); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	return m.mu.size, nil
}

func (m *memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.mu.closed {
		m.mu.closed = true
		m.tell()
	}
	return nil
}
