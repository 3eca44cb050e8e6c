package transfer_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"matchstream/internal/transfer"
)

func TestStoresRefused(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "none")
	for what, c := range map[string]struct{ from, to, want string }{
		"an unknown kind":  {folder, "gopher://host", "there is no MatchStream store"},
		"an unknown kind ": {"gopher://host", folder, "gopher://…: expected a folder, nats://host:4222, or the admin address"},
		"the same":         {"nats://host", "nats://host", "expected two stores"},
		"an admin address": {"http://", folder, "expected the admin address of a node"},
		"what is in use":   {"nats://host", ".", "it holds something else"},
	} {
		_, err := transfer.Stores(t.Context(), c.from, c.to, "", slog.New(slog.DiscardHandler), transfer.Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, expected %q", what, err, c.want)
		}
	}
}
