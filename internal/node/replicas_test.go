package node_test

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"matchstream/internal/node"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
	"matchstream/internal/store/peers"
	"matchstream/internal/vitals"
)

// member is a store as a node of an own cluster has it.
type member struct {
	store.Store
	replicas atomic.Pointer[peers.Replicas]
	trouble  atomic.Pointer[error]
}

func (m *member) Replicas() peers.Replicas { return *m.replicas.Load() }

func (m *member) Trouble() error {
	if p := m.trouble.Load(); p != nil {
		return *p
	}
	return nil
}

// TestReplicasMissing: it is a warning of a node that is ready, and a metric.
func TestReplicasMissing(t *testing.T) {
	m := &member{Store: memory.New()}
	m.replicas.Store(&peers.Replicas{})
	n := start(t, node.Over(config(t), m))
	for _, c := range []struct {
		replicas peers.Replicas
		warning  string
		metric   string
	}{
		{peers.Replicas{}, "", "0"},
		{peers.Replicas{Want: 3, Online: 3}, "", "0"},
		{peers.Replicas{Want: 3, Online: 2, Away: []string{"c"}}, "Events are on 2 of the 3 nodes that should have them (away: c)", "1"},
		{peers.Replicas{Want: 3, Online: 2}, "(no other node has taken the place of one that was removed)", "1"},
		{peers.Replicas{Want: 5, Online: 3, Away: []string{"d", "e"}}, "3 of the 5 nodes that should have them (away: d, e)", "2"},
	} {
		m.replicas.Store(&c.replicas)
		code, body := get(t, "http://"+n.HTTPAddr()+"/readyz")
		if code != http.StatusOK || !strings.Contains(body, c.warning) || c.warning == "" && strings.Contains(body, "Events are on") {
			t.Errorf("%v: readyz says %d %s, expected 200 and %q", c.replicas, code, body, c.warning)
		}
		if _, body := get(t, "http://"+n.AdminAddr()+"/metrics"); !strings.Contains(body, "\nmatchstream_cluster_replicas_missing "+c.metric+"\n") {
			t.Errorf("%v: the metric is not %s", c.replicas, c.metric)
		}
	}
}

// TestRemovedNode: its page says that, and not that its disk is full.
func TestRemovedNode(t *testing.T) {
	m := &member{Store: memory.New()}
	m.replicas.Store(&peers.Replicas{Want: 3, Online: 2})
	n := start(t, node.Over(config(t), m))
	all := n.Chart().Series()
	i := slices.IndexFunc(all, func(s vitals.Series) bool { return s.Name == "removed" })
	if now := all[i].Read(1); now != 0 {
		t.Errorf("a node that belongs to its cluster: removed is %v", now)
	}
	err := store.ErrUnwritable
	m.trouble.Store(&err)
	if now := all[i].Read(1); now != 0 {
		t.Errorf("a node whose disk cannot be written: removed is %v", now)
	}
	m.trouble.Store(&store.ErrRemoved)
	if now := all[i].Read(1); now != 1 {
		t.Errorf("a node that was removed: removed is %v", now)
	}
	if code, body := get(t, "http://"+n.HTTPAddr()+"/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "removed from its cluster") || strings.Contains(body, "Events are on") {
		t.Errorf("readyz says %d %s", code, body)
	}
}
