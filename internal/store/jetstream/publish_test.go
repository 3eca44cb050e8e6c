package jetstream

import (
	"errors"
	"testing"

	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// TestRefusals: what a leader refuses before it proposes it is surely not written;
// of anything else in a cluster that is not sure.
func TestRefusals(t *testing.T) {
	const storeFailed, sequenceMismatch, unheardOf = 10077, 10063, 19999
	for _, test := range []struct {
		code     js.ErrorCode
		replicas int
		want     error
		later    bool
	}{
		{wrongLastSequence, 3, store.ErrConflict, false},
		{subjectInProcess, 3, store.ErrUnavailable, true},
		{subjectNotReady, 3, store.ErrUnavailable, true},
		{noLeader, 3, store.ErrUnavailable, true},
		{notLeader, 3, store.ErrUnavailable, true},
		{sealed, 3, store.ErrUnavailable, false},
		{storageFull, 3, store.ErrFull, false},
		{serverFull, 3, store.ErrUnknown, false},
		{accountFull, 3, store.ErrUnknown, false},
		{storeFailed, 3, store.ErrUnknown, false},
		{sequenceMismatch, 3, store.ErrUnknown, false},
		{unheardOf, 3, store.ErrUnknown, false},
		{serverFull, 1, store.ErrFull, false},
		{storeFailed, 1, store.ErrUnavailable, false},
	} {
		l := &Link{Replicas: test.replicas, Server: "NATS", Ended: func() error { return nil }}
		later, err := l.refused(&js.APIError{ErrorCode: test.code})
		if !errors.Is(err, test.want) || later != test.later {
			t.Errorf("code %d with %d replicas: %v, later %v", test.code, test.replicas, err, later)
		}
		if errors.Is(err, store.ErrUnknown) && errors.Is(err, store.ErrUnavailable) {
			t.Errorf("code %d: %v is both", test.code, err)
		}
	}
	alone := &Link{Replicas: 1, Single: true, Server: "the embedded server", Ended: func() error { return nil }}
	if _, err := alone.refused(&js.APIError{ErrorCode: subjectInProcess}); !errors.Is(err, store.ErrConflict) {
		t.Error(err)
	}
}
