package embedded

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

var journalConfig = jetstream.StreamConfig{
	Name:        "JOURNAL",
	Description: "MatchStream: the journals of all matches",
	Subjects:    []string{"journal.*.*"},
	Storage:     jetstream.FileStorage,
	Retention:   jetstream.LimitsPolicy,
	Discard:     jetstream.DiscardNew,
	PersistMode: jetstream.DefaultPersistMode,
	Replicas:    1, // more would relax SyncAlways
	AllowDirect: true,
	// Nothing is sent with a message id; a longer window is only read again at each start.
	Duplicates: 100 * time.Millisecond,
}

var catalogueConfig = jetstream.StreamConfig{
	Name:              "CATALOGUE",
	Description:       "MatchStream: teams, matches, tokens",
	Subjects:          []string{"catalogue.>"},
	Storage:           jetstream.FileStorage,
	Retention:         jetstream.LimitsPolicy,
	Discard:           jetstream.DiscardOld, // the older value of a key gives way
	MaxMsgsPerSubject: 1,
	PersistMode:       jetstream.DefaultPersistMode,
	Replicas:          1,
	AllowDirect:       true,
	AllowMsgTTL:       true,
	Duplicates:        100 * time.Millisecond,
}

// ensureStream makes the stream, or corrects one whose settings differ, and
// refuses one that still could lose what it has acknowledged.
func ensureStream(ctx context.Context, js jetstream.JetStream, want jetstream.StreamConfig) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := js.Stream(ctx, want.Name)
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		found, err = js.CreateStream(ctx, want)
	case err == nil && checkStream(found.CachedInfo().Config, want) != nil:
		found, err = js.UpdateStream(ctx, want)
	}
	if err != nil {
		return fmt.Errorf("prepare the stream %s: %w", want.Name, err)
	}
	return checkStream(found.CachedInfo().Config, want)
}

// checkStream compares the settings on which the store's promises rest.
func checkStream(have, want jetstream.StreamConfig) error {
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
