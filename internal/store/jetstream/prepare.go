package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"

	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// The replicas that new streams get by themselves where the servers form a cluster.
const usualReplicas = 3

const (
	replicasNotSupported = 10074 // the server is none of a cluster
	notEnoughServers     = 10005
)

// prepare makes the streams, or corrects them, and remembers which they are.
func (s *Store) prepare(ctx context.Context, replicas int) error {
	journal, n, err := s.ensure(ctx, JournalConfig, replicas)
	if err != nil {
		return err
	}
	catalogue, _, err := s.ensure(ctx, CatalogueConfig, n)
	if err != nil {
		return err
	}
	s.link.Replicas = n
	s.known = identity{journal: journal.Created, catalogue: catalogue.Created}
	if cluster := s.link.Conn.ConnectedClusterName(); cluster != "" && n == 1 {
		s.log.Warn("store: the streams have one replica: a server that is lost takes what it has along, and while it is away nothing is written",
			"name", cluster, "do", "give --replicas 3 on a cluster of three servers or more")
	}
	return nil
}

// ensure makes a stream, or corrects one of ours whose settings differ, and refuses
// one that is somebody else's, or still could lose what it has acknowledged. It says
// how many replicas it has. While another node makes the stream, a question may stay
// without an answer (nats-server v2.15: jsStreamInfoRequest), so it is asked again.
func (s *Store) ensure(ctx context.Context, config func(int) js.StreamConfig, replicas int) (js.StreamInfo, int, error) {
	for {
		within, cancel := s.link.Bound(ctx)
		info, n, err := s.ensureOnce(within, config, replicas)
		silent := within.Err() != nil && ctx.Err() == nil
		cancel()
		if err == nil || !silent {
			return info, n, err
		}
	}
}

func (s *Store) ensureOnce(ctx context.Context, config func(int) js.StreamConfig, replicas int) (js.StreamInfo, int, error) {
	name := config(1).Name
	failed := func(err error) (js.StreamInfo, int, error) {
		return js.StreamInfo{}, 0, fmt.Errorf("prepare the stream %s: %w: %w", name, store.ErrUnavailable, err)
	}
	found, err := s.js.Stream(ctx, name)
	switch {
	case errors.Is(err, js.ErrStreamNotFound):
		// Its server says so, too, while it loads the stream: made with other settings
		// than it has, it would be refused for good.
		var listed bool
		if listed, err = s.link.Listed(ctx, name); listed {
			err = errors.New("it is not loaded yet")
		}
		if err == nil {
			found, err = s.create(ctx, config, replicas)
		}
	case err == nil:
		if err := checkOurs(found.CachedInfo().Config, config(1)); err != nil {
			return js.StreamInfo{}, 0, err
		}
		if replicas == 0 {
			replicas = found.CachedInfo().Config.Replicas
		}
		if CheckStream(found.CachedInfo().Config, config(replicas)) != nil {
			found, err = s.js.UpdateStream(ctx, config(replicas))
		}
	}
	if err != nil {
		return failed(err)
	}
	have := found.CachedInfo().Config
	if replicas == 0 {
		replicas = have.Replicas
	}
	return *found.CachedInfo(), have.Replicas, CheckStream(have, config(replicas))
}

// checkOurs refuses a stream that only has the name of ours, before its settings are
// changed. One that was made by hand is known by its subjects.
func checkOurs(have, ours js.StreamConfig) error {
	if have.Description == ours.Description || slices.Equal(have.Subjects, ours.Subjects) {
		return nil
	}
	return fmt.Errorf("the stream %s is not of a MatchStream (description %q, subjects %q; expected %q, %q), and was left as it is: use an account of NATS without it",
		have.Name, have.Description, have.Subjects, ours.Description, ours.Subjects)
}

// create a stream; another node that does so at the same time is as well.
func (s *Store) create(ctx context.Context, config func(int) js.StreamConfig, replicas int) (js.Stream, error) {
	if replicas != 0 {
		return s.js.CreateStream(ctx, config(replicas))
	}
	replicas = 1
	if s.link.Conn.ConnectedClusterName() != "" {
		replicas = usualReplicas
	}
	found, err := s.js.CreateStream(ctx, config(replicas))
	var refusal *js.APIError
	if !errors.As(err, &refusal) {
		return found, err
	}
	switch refusal.ErrorCode {
	case replicasNotSupported:
		return s.js.CreateStream(ctx, config(1))
	case notEnoughServers: // one that is away now would leave the streams with one replica for good
		return nil, fmt.Errorf("%w (fewer than %d servers of the cluster %s are there; start them, or say how many replicas there are to be with --replicas: one, where that is enough)",
			err, usualReplicas, s.link.Conn.ConnectedClusterName())
	}
	return found, err
}
