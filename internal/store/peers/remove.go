package peers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// electing is how long Remove waits for a leader: whose node is lost asks at once, and
// that may have been the leader. Elections take some four to nine seconds. It is shorter
// than a client is patient (half a minute), who is to hear why nobody was removed.
const electing = 20 * time.Second

// Remove takes a node out of the cluster for ever: it counts no more for majorities,
// and what it had is put on other nodes that are there, or come later (nats-server
// v2.15 does so by itself: jetStream.processRemovePeer, signalPeerReconcile). The
// node is given by its name, or by its id where that is not known. While leaders are
// elected it waits, up to 20 s. ErrNoNode: there is none; ErrQuorum: the others
// could not go on without it; store.ErrUnavailable: nobody leads. It returns the cluster
// without that node.
func (s *Store) Remove(ctx context.Context, name string) (*Status, error) {
	id, err := s.mayRemove(ctx, name)
	for end := time.Now().Add(electing); (errors.Is(err, errNoLeader) || errors.Is(err, errLeaderless)) && time.Now().Before(end); {
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(again):
		}
		id, err = s.mayRemove(ctx, name)
	}
	if err != nil {
		return nil, err
	}
	if err := s.remove(ctx, id); err != nil {
		return nil, fmt.Errorf("node %s: %w", name, err)
	}
	s.tellRemoval(ctx, id)
	for {
		st, err := s.Status(ctx) // the leader may have been the one
		if err == nil && !st.has(id) {
			return st, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("node %s: %w: its removal is under way, see matchstream admin cluster status", name, store.ErrUnknown)
		case <-time.After(again):
		}
	}
}

// mayRemove returns the id of a node that may be removed.
func (s *Store) mayRemove(ctx context.Context, name string) (id string, err error) {
	st, err := s.Status(ctx)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(st.Nodes, func(m Member) bool { return m.Name == name || m.ID == name || m.ID == peerID(name) })
	if i < 0 {
		return "", fmt.Errorf("%w as %s in this cluster, whose nodes are: %s", ErrNoNode, name, list(st.Nodes))
	}
	if err := st.mayGo(st.Nodes[i].ID); err != nil {
		return "", fmt.Errorf("node %s cannot be removed: %w", name, err)
	}
	return st.Nodes[i].ID, nil
}

// errLeaderless: a stream has no leader, who would know what the others have.
var errLeaderless = fmt.Errorf("%w: no leader now for the stream", ErrQuorum)

// has says whether a node is in the cluster still, or has a stream.
func (st *Status) has(id string) bool {
	in := func(all []Member) bool { return slices.ContainsFunc(all, func(m Member) bool { return m.ID == id }) }
	return in(st.Nodes) || len(st.Streams) < 2 || slices.ContainsFunc(st.Streams, func(s Stream) bool { return in(s.Nodes) })
}

// mayGo says why the cluster cannot do without a node. A majority of the others must
// be online, for the cluster itself and for each stream: else nothing could be written
// any more, nor another node let in.
func (st *Status) mayGo(id string) error {
	others, majority := without(st.Nodes, id)
	switch {
	case len(others) < 2:
		return fmt.Errorf("%w: one alone is no cluster; start another node first", ErrQuorum)
	case !majority:
		return fmt.Errorf("%w: of the others, %s, a majority must be online; start those that are not, or a new node, first", ErrQuorum, list(others))
	}
	for _, stream := range []string{jetstream.JournalStream, jetstream.CatalogueStream} {
		i := slices.IndexFunc(st.Streams, func(s Stream) bool { return s.Name == stream })
		if i < 0 {
			return fmt.Errorf("%w %s", errLeaderless, stream)
		}
		if others, majority := without(st.Streams[i].Nodes, id); !majority {
			return fmt.Errorf("%w: of those that have the stream %s without it, %s, a majority must be online", ErrQuorum, stream, list(others))
		}
	}
	return nil
}

// tellRemoval to the other nodes, so that they let nobody begin under the name.
func (s *Store) tellRemoval(ctx context.Context, id string) {
	r, err := s.server()
	if err == nil {
		err = r.tellRemoval(ctx, id)
	}
	if err != nil {
		s.log.Warn("store: the other nodes may not have heard that a node was removed", "cause", err, "do", "do not use its name again for five minutes")
	}
}

// remove asks the leader, who answers when a majority knows.
func (s *Store) remove(ctx context.Context, id string) error {
	r, err := s.server()
	if err != nil {
		return err
	}
	question, err := json.Marshal(server.JSApiMetaServerRemoveRequest{Peer: id})
	if err != nil {
		return err
	}
	m, err := r.system.RequestWithContext(ctx, server.JSApiRemoveServer, question)
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnknown, err)
	}
	var answer server.JSApiMetaServerRemoveResponse
	if err := json.Unmarshal(m.Data, &answer); err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnknown, err)
	}
	if answer.Error != nil {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, answer.Error)
	}
	return nil
}

// list of nodes, in words.
func list(all []Member) string {
	var words []string
	for _, m := range all {
		word := m.called()
		if !m.Online {
			word += " (offline)"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}
