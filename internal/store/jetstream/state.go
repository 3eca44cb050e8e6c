package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// State is what a stream holds now, as whoever decides about appends says.
type State struct {
	Created  time.Time // when the stream was made: it tells one from another of the same name
	Messages uint64
	Bytes    uint64
	Last     uint64 // sequence of the newest message, be it gone meanwhile
}

// errNoStream: the server says that there is no such stream.
var errNoStream = errors.New("there is no such stream")

const streamNotFound = 10059

type streamInfo struct {
	Created time.Time `json:"created"`
	State   struct {
		Messages uint64            `json:"messages"`
		Bytes    uint64            `json:"bytes"`
		Last     uint64            `json:"last_seq"`
		Subjects map[string]uint64 `json:"subjects"`
	} `json:"state"`
	Total   int `json:"total"` // of subjects, where not all are given at once
	Cluster *struct {
		Leader   string `json:"leader"`
		Replicas []peer `json:"replicas"` // but the leader
	} `json:"cluster"`
}

// peer is a replica as the leader sees it.
type peer struct {
	Offline bool          `json:"offline"`
	Active  time.Duration `json:"active"` // since it was heard of
}

// unheard is how long a leader may not have heard of a replica and still count on it:
// heartbeats come every second.
const unheard = 5 * time.Second

// decided says whether the answer comes from a leader that has a majority. Without a
// leader every replica answers for itself, and a leader that is cut off goes on for
// some 20 s (nats-server v2.15: jsStreamInfoRequest, lostQuorumInterval).
func (i streamInfo) decided() error {
	if i.Cluster == nil || len(i.Cluster.Replicas) == 0 {
		return nil
	}
	if i.Cluster.Leader == "" {
		return errors.New("the stream has no leader")
	}
	heard := 1
	for _, r := range i.Cluster.Replicas {
		if !r.Offline && r.Active < unheard {
			heard++
		}
	}
	if all := len(i.Cluster.Replicas) + 1; heard <= all/2 {
		return fmt.Errorf("its leader hears of %d of %d replicas only", heard, all)
	}
	return nil
}

func (l *Link) info(ctx context.Context, stream string, question any) (i streamInfo, err error) {
	err = l.ask(ctx, "$JS.API.STREAM.INFO."+stream, question, &i)
	var refusal *js.APIError
	switch {
	case errors.As(err, &refusal) && refusal.ErrorCode == streamNotFound:
		err = fmt.Errorf("%w: %w: %s", store.ErrUnavailable, errNoStream, stream)
	case errors.As(err, &refusal) && !errors.Is(err, store.ErrUnavailable):
		err = fmt.Errorf("%w: %s says: %w", store.ErrUnavailable, l.Server, err)
	}
	if err == nil {
		if undecided := i.decided(); undecided != nil {
			err = fmt.Errorf("%w: stream %s: %w", store.ErrUnavailable, stream, undecided)
		}
	}
	return i, err
}

// State of a stream.
func (l *Link) State(ctx context.Context, stream string) (State, error) {
	i, err := l.info(ctx, stream, struct{}{})
	return State{Created: i.Created, Messages: i.State.Messages, Bytes: i.State.Bytes, Last: i.State.Last}, err
}

// Listed says whether there is a stream, loaded or not, as who decides about streams
// says.
func (l *Link) Listed(ctx context.Context, stream string) (bool, error) {
	for offset := 0; ; {
		var page struct {
			Total   int      `json:"total"`
			Streams []string `json:"streams"`
		}
		err := l.ask(ctx, "$JS.API.STREAM.NAMES", struct {
			Offset int `json:"offset,omitempty"`
		}{offset}, &page)
		if err != nil && !errors.Is(err, store.ErrUnavailable) {
			err = fmt.Errorf("%w: %s says: %w", store.ErrUnavailable, l.Server, err)
		}
		if err != nil || slices.Contains(page.Streams, stream) {
			return err == nil, err
		}
		if offset += len(page.Streams); len(page.Streams) == 0 || offset >= page.Total {
			return false, nil
		}
	}
}

// Counts is how many messages a stream has of each of its subjects that match.
func (l *Link) Counts(ctx context.Context, stream, subjects string) (map[string]uint64, error) {
	counts := make(map[string]uint64)
	for {
		i, err := l.info(ctx, stream, struct {
			Subjects string `json:"subjects_filter"`
			Offset   int    `json:"offset,omitempty"`
		}{subjects, len(counts)})
		if err != nil {
			return nil, err
		}
		for subject, n := range i.State.Subjects {
			counts[subject] = n
		}
		if len(i.State.Subjects) == 0 || len(counts) >= i.Total {
			return counts, nil
		}
	}
}

// Purge removes all messages of a subject from a stream.
func (l *Link) Purge(ctx context.Context, stream, subject string) error {
	if err := l.connected(ctx); err != nil && !l.Single {
		return l.Unanswered(err)
	}
	var done struct{}
	err := l.ask(ctx, "$JS.API.STREAM.PURGE."+stream, struct {
		Subject string `json:"filter"`
	}{subject}, &done)
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnknown, err)
	}
	return nil
}
