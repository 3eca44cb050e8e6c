package embedded

import (
	"context"
	"errors"
	"fmt"

	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store/jetstream"
)

// The streams have one replica: more would relax SyncAlways.
var (
	journalConfig   = jetstream.JournalConfig(1)
	catalogueConfig = jetstream.CatalogueConfig(1)
)

// ensureStream makes the stream, or corrects one whose settings differ, and
// refuses one that still could lose what it has acknowledged.
func ensureStream(ctx context.Context, api js.JetStream, want js.StreamConfig) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := api.Stream(ctx, want.Name)
	switch {
	case errors.Is(err, js.ErrStreamNotFound):
		found, err = api.CreateStream(ctx, want)
	case err == nil && jetstream.CheckStream(found.CachedInfo().Config, want) != nil:
		found, err = api.UpdateStream(ctx, want)
	}
	if err != nil {
		return fmt.Errorf("prepare the stream %s: %w", want.Name, err)
	}
	return jetstream.CheckStream(found.CachedInfo().Config, want)
}
