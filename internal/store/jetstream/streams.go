package jetstream

import (
	"fmt"
	"time"

	js "github.com/nats-io/nats.go/jetstream"
)

// JournalConfig is that of the journals' stream.
func JournalConfig(replicas int) js.StreamConfig {
	return js.StreamConfig{
		Name:        JournalStream,
		Description: "MatchStream: the journals of all matches",
		Subjects:    []string{"journal.*.*"},
		Storage:     js.FileStorage,
		Retention:   js.LimitsPolicy,
		Discard:     js.DiscardNew,
		PersistMode: js.DefaultPersistMode,
		Replicas:    replicas,
		AllowDirect: true,
		// Nothing is sent with a message id; a longer window is only read again at each start.
		Duplicates: 100 * time.Millisecond,
	}
}

// CatalogueConfig is that of the catalogue's stream.
func CatalogueConfig(replicas int) js.StreamConfig {
	return js.StreamConfig{
		Name:              CatalogueStream,
		Description:       "MatchStream: teams, matches, tokens",
		Subjects:          []string{"catalogue.>"},
		Storage:           js.FileStorage,
		Retention:         js.LimitsPolicy,
		Discard:           js.DiscardOld, // the older value of a key gives way
		MaxMsgsPerSubject: 1,
		PersistMode:       js.DefaultPersistMode,
		Replicas:          replicas,
		AllowDirect:       true,
		AllowMsgTTL:       true,
		Duplicates:        100 * time.Millisecond,
	}
}

// CheckStream compares the settings on which the store's promises rest.
func CheckStream(have, want js.StreamConfig) error {
	type setting struct {
		name       string
		have, want any
	}
	for _, s := range []setting{
		{"storage", have.Storage, want.Storage},
		{"persist mode", have.PersistMode, want.PersistMode},
		{"replicas", have.Replicas, want.Replicas},
		{"retention", have.Retention, want.Retention},
		{"discard", have.Discard, want.Discard},
		{"subjects", fmt.Sprint(have.Subjects), fmt.Sprint(want.Subjects)},
		{"messages", max(have.MaxMsgs, 0), max(want.MaxMsgs, 0)},
		{"messages per subject", max(have.MaxMsgsPerSubject, 0), max(want.MaxMsgsPerSubject, 0)},
		{"bytes", max(have.MaxBytes, 0), max(want.MaxBytes, 0)},
		{"message size", max(have.MaxMsgSize, 0), max(want.MaxMsgSize, 0)},
		{"age", have.MaxAge, want.MaxAge},
		{"no acknowledgement", have.NoAck, want.NoAck},
		{"sealed", have.Sealed, want.Sealed},
		{"direct reads", have.AllowDirect, want.AllowDirect},
		{"expiry of messages", have.AllowMsgTTL, want.AllowMsgTTL},
		{"duplicates window", have.Duplicates, want.Duplicates},
		{"compression", have.Compression, want.Compression},
	} {
		if s.have != s.want {
			return fmt.Errorf("the stream %s has the setting %s = %v, must be %v", want.Name, s.name, s.have, s.want)
		}
	}
	return nil
}
