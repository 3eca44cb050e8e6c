package transfer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"matchstream/internal/store"
	"matchstream/internal/store/embedded"
	"matchstream/internal/store/jetstream"
	"matchstream/internal/store/peers"
)

// Stores copies one store into another. Each is a folder, the URL of one outside
// (nats://, tls://), or the admin address of a node of a cluster (http://, https://).
// token is of scope admin, for such an address; "" where none is asked for.
//
// A cluster has entries of its own from its first start on, which are no reason to
// refuse: its tokens hold and are not replaced (the source's are put beside them); what was counted of audiences is.
func Stores(ctx context.Context, from, to, token string, log *slog.Logger, o Options) (report *Report, err error) {
	switch {
	case !isURL(from) && !isURL(to):
		return Folders(ctx, from, to, log, o)
	case from == to:
		return nil, fmt.Errorf("expected two stores, got %s twice", from)
	case !isURL(to):
		return toFolder(ctx, from, to, token, log, o)
	}
	source, done, err := open(ctx, from, token, log)
	if err != nil {
		return nil, err
	}
	defer done()
	target, err := dial(ctx, to, token, log)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	o.Running = isAdmin(to)
	if report, err = Copy(ctx, source, target, o); err != nil {
		return nil, fmt.Errorf("copy to %s: %w", to, err)
	}
	return report, nil
}

func isURL(name string) bool { return strings.Contains(name, "://") }

func isAdmin(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// open what is copied from: of a folder a snapshot, since opening changes it.
func open(ctx context.Context, from, token string, log *slog.Logger) (s store.Store, done func(), err error) {
	if isURL(from) {
		if s, err = dial(ctx, from, token, log); err != nil {
			return nil, nil, err
		}
		return s, func() { s.Close() }, nil
	}
	if isThere(filepath.Join(from, unfinished)) && !embedded.Holds(from) {
		return nil, nil, fmt.Errorf("%s is an unfinished copy: finish it first, by the line that began it", from)
	}
	aside, err := os.MkdirTemp("", "matchstream-copy-")
	if err != nil {
		return nil, nil, err
	}
	snapshot := filepath.Join(aside, "from")
	if err = embedded.Snapshot(from, snapshot); err == nil {
		s, err = embedded.Open(ctx, embedded.Options{Dir: snapshot, Log: log, Bulk: true})
	}
	if err != nil {
		os.RemoveAll(aside)
		return nil, nil, err
	}
	return s, func() { s.Close(); os.RemoveAll(aside) }, nil
}

func dial(ctx context.Context, url, token string, log *slog.Logger) (store.Store, error) {
	switch scheme, _, _ := strings.Cut(url, "://"); scheme {
	case "nats", "tls":
		return jetstream.Dial(ctx, url, jetstream.Login{}, jetstream.Options{Log: log})
	case "http", "https":
		return peers.Dial(ctx, url, token, log)
	default:
		return nil, fmt.Errorf("%s://…: expected a folder, nats://host:4222, or the admin address of a node of a cluster (http://127.0.0.1:8889)", scheme)
	}
}

// toFolder makes a folder of a store that is none. Until it is whole no server takes
// it for a store.
func toFolder(ctx context.Context, from, to, token string, log *slog.Logger, o Options) (report *Report, err error) {
	if err := checkTarget(to); err != nil {
		return nil, err
	}
	source, err := dial(ctx, from, token, log)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	target := filepath.Join(to, unfinished, "store")
	if err := moveOn(target, to); err != nil {
		return nil, err
	}
	fresh := !embedded.Holds(to)
	if !fresh {
		target = to
	} else if err := os.MkdirAll(target, 0o750); err != nil {
		return nil, err
	}
	s, err := embedded.Open(ctx, embedded.Options{Dir: target, Log: log, Bulk: fresh})
	if err != nil {
		return nil, err
	}
	report, err = Copy(ctx, source, s, o)
	err = errors.Join(err, s.Close())
	if err == nil && fresh {
		err = moveUp(target, to)
	}
	if err == nil {
		err = os.RemoveAll(filepath.Join(to, unfinished))
	}
	if err != nil {
		return nil, fmt.Errorf("copy to %s: %w", to, err)
	}
	return report, nil
}
