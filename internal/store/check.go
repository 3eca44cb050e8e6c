package store

import (
	"cmp"
	"fmt"
	"regexp"
)

// MaxData is the most bytes that a record or a catalogue value may have.
const MaxData = 1 << 20

// MaxMessage is the most bytes that a message of Publish may have.
const MaxMessage = 64 << 10

var (
	keyPart  = regexp.MustCompile(`^[a-z0-9_-]{1,128}$`)
	entryKey = regexp.MustCompile(`^[a-z0-9_-]+(/[a-z0-9_-]+)*$`)
)

// CheckKey says what is wrong with a journal's key: both parts are
// [a-z0-9_-]{1,128}. For implementations.
func CheckKey(k Key) error {
	if !keyPart.MatchString(k.Match) || !keyPart.MatchString(k.Epoch) {
		return fmt.Errorf("store: key %q, %q: both must be 1 to 128 of a-z 0-9 _ -", k.Match, k.Epoch)
	}
	return nil
}

// CheckRecord says what is wrong with the arguments of an Append.
func CheckRecord(k Key, number int64, data []byte) error {
	if err := CheckKey(k); err != nil {
		return err
	}
	if number < 1 {
		return fmt.Errorf("store: record number %d: must be 1 or more", number)
	}
	return checkData(data)
}

// CheckEntry says what is wrong with a catalogue key and value: the key is
// [a-z0-9_-] in parts split by /, at most 255 characters.
func CheckEntry(key string, value []byte) error {
	if len(key) > 255 || !entryKey.MatchString(key) {
		return fmt.Errorf("store: catalogue key %q: must be parts of a-z 0-9 _ - split by /, at most 255 characters", key)
	}
	return checkData(value)
}

// CheckMessage says what is wrong with the arguments of a Publish or Subscribe: a
// topic is [a-z0-9_-]{1,128}, a message at most MaxMessage bytes.
func CheckMessage(topic string, message []byte) error {
	if !keyPart.MatchString(topic) {
		return fmt.Errorf("store: topic %q: must be 1 to 128 of a-z 0-9 _ -", topic)
	}
	if len(message) > MaxMessage {
		return fmt.Errorf("store: a message of %d bytes: at most %d are allowed", len(message), MaxMessage)
	}
	return nil
}

// LeftPrefix is of the catalogue's entries that speak of a journal which belongs
// to nothing any more, and was left since the disk has damaged it.
const LeftPrefix = "gone/"

// LeftKey is the key of such an entry.
func LeftKey(k Key) string { return LeftPrefix + k.Match + "/" + k.Epoch }

// CompareJournals is the order of Journals.
func CompareJournals(a, b Journal) int {
	return cmp.Or(cmp.Compare(a.Key.Match, b.Key.Match), cmp.Compare(a.Key.Epoch, b.Key.Epoch))
}

func checkData(data []byte) error {
	if len(data) > MaxData {
		return fmt.Errorf("store: %d bytes: at most %d are allowed", len(data), MaxData)
	}
	return nil
}
