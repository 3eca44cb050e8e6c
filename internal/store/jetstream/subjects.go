package jetstream

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
)

// How things are called in the streams. embedded keeps its folder in the same form.
const (
	JournalStream   = "JOURNAL"
	CatalogueStream = "CATALOGUE"

	JournalPrefix   = "journal."   // journal.<match>.<epoch>
	CataloguePrefix = "catalogue." // catalogue.<part>.<part>, as many as the key has
	MessagePrefix   = "message."   // message.<topic>, which no stream keeps

	// NumberHeader carries a record's number.
	NumberHeader = "Record"
	// DeletedHeader marks a deletion: an empty message in the place of the value,
	// so that a Watch sees it. It expires by itself, long after every Watch has had
	// its chance.
	DeletedHeader = "Deleted"
	// DeletedTTL is how long it stays, as JetStream writes it.
	DeletedTTL = "24h"
)

// Message is one message of a stream.
type Message struct {
	Subject  string
	Sequence uint64
	Header   nats.Header
	Data     []byte
}

// JournalSubject is the subject of a journal's records.
func JournalSubject(k store.Key) string { return JournalPrefix + k.Match + "." + k.Epoch }

// KeyOf is the way back; false: the subject is that of no journal.
func KeyOf(subject string) (store.Key, bool) {
	match, epoch, ok := strings.Cut(strings.TrimPrefix(subject, JournalPrefix), ".")
	return store.Key{Match: match, Epoch: epoch}, ok
}

// NewRecord is the message that a record is sent as.
func NewRecord(k store.Key, number int64, data []byte) *nats.Msg {
	m := nats.NewMsg(JournalSubject(k))
	m.Header.Set(NumberHeader, strconv.FormatInt(number, 10))
	m.Data = data
	return m
}

// Record is what a message of the journal's stream holds; store.ErrDamaged if it
// is none of ours.
func (m Message) Record() (store.Record, error) {
	key, ok := KeyOf(m.Subject)
	number, err := strconv.ParseInt(m.Header.Get(NumberHeader), 10, 64)
	if !ok || err != nil || number < 1 {
		return store.Record{}, fmt.Errorf("%w: message %d of the journal (subject %q) is no record: header %s is %q, expected a number",
			store.ErrDamaged, m.Sequence, m.Subject, NumberHeader, m.Header.Get(NumberHeader))
	}
	return store.Record{Key: key, Number: number, Mark: store.Mark(m.Sequence), Data: m.Data}, nil
}

// EntrySubject is the subject of a catalogue key.
func EntrySubject(key string) string { return CataloguePrefix + strings.ReplaceAll(key, "/", ".") }

// EntryKey is the way back.
func EntryKey(subject string) string {
	return strings.ReplaceAll(strings.TrimPrefix(subject, CataloguePrefix), ".", "/")
}

// Entry is what a message of the catalogue's stream holds; Value is nil for a deletion.
func (m Message) Entry() store.Entry {
	e := store.Entry{Key: EntryKey(m.Subject), Revision: m.Sequence}
	if m.Header.Get(DeletedHeader) == "" {
		e.Value = append([]byte{}, m.Data...)
	}
	return e
}

// NewEntry is the message that a catalogue entry is sent as.
func NewEntry(key string, value []byte) *nats.Msg {
	m := nats.NewMsg(EntrySubject(key))
	m.Data = value
	return m
}

// NewDeletion is the message that stands for an entry that was deleted.
func NewDeletion(key string) *nats.Msg {
	m := nats.NewMsg(EntrySubject(key))
	m.Header.Set(DeletedHeader, "1")
	m.Header.Set(ttlHeader, DeletedTTL)
	return m
}

// ListSubject is the narrowest subject that has all catalogue keys with a prefix.
func ListSubject(prefix string) string {
	parts := prefix[:strings.LastIndex(prefix, "/")+1]
	if parts == "" || store.CheckEntry(strings.TrimSuffix(parts, "/"), nil) != nil {
		return CataloguePrefix + ">"
	}
	return EntrySubject(parts) + ">"
}
