package peers

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// hello is what each node tells one that has not joined yet.
type hello struct {
	Server  string                   // id of its server
	Node    string                   // name
	Stage   string                   // how far it has come
	Leads   bool                     // it decides who belongs to the cluster
	Members []string                 // ids of those that do, if it leads
	Own     string                   // its address as its own list has it; "": the list has only the others
	At      []string                 // where it takes routes: ip:port
	Removed map[string]time.Duration `json:",omitempty"` // ids of nodes that are kept out, and for how long still
}

// helloSubject is in the system account: whom a route lets in may ask.
const helloSubject = "matchstream.hello"

// answerHellos, and hear of removals, until the connection is closed.
func (r *running) answerHellos() error {
	_, err := r.system.Subscribe(helloSubject, func(m *nats.Msg) {
		if text, err := json.Marshal(r.hello()); err == nil {
			m.Respond(text) //nolint:errcheck // who asks asks again
		}
	})
	if err == nil {
		err = r.hearRemovals()
	}
	if err != nil {
		return err
	}
	return r.system.Flush()
}

func (r *running) hello() hello {
	h := hello{Server: r.server.ID(), Node: r.node, Stage: r.stage.Load().(string), Own: r.own, At: r.at, Removed: r.removals.left()}
	if info, err := r.server.Jsz(nil); err == nil && info.Meta != nil && info.Meta.Leader == r.server.Name() {
		h.Leads = true
		h.Members = append(h.Members, r.server.Node())
		for _, p := range info.Meta.Replicas {
			h.Members = append(h.Members, p.Peer)
		}
	}
	return h
}

// hellos of all nodes that are connected now, this one too.
func (r *running) hellos(ctx context.Context) (all []hello, err error) {
	err = r.collect(ctx, helloSubject, nil, func(text []byte) error {
		var h hello
		if err := json.Unmarshal(text, &h); err != nil {
			return fmt.Errorf("answer of a node: %w", err)
		}
		all = append(all, h)
		return nil
	})
	return all, err
}

// answer is what the server of one node says of JetStream.
type answer struct {
	Server server.ServerInfo `json:"server"`
	Data   server.JSInfo     `json:"data"`
}

// node that the server is of; "": it is a scout's.
func (a answer) node() string { return a.Server.Metadata[metaNode] }

// leads says whether it decides who belongs to the cluster.
func (a answer) leads() bool {
	return !a.Data.Disabled && a.Data.Meta != nil && a.Data.Meta.Leader != "" && a.Data.Meta.Leader == a.Server.Name
}

// answers of the servers of all nodes that are connected now, this one's too.
func (r *running) answers(ctx context.Context, o server.JSzOptions) (all []answer, err error) {
	question, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	err = r.collect(ctx, "$SYS.REQ.SERVER.PING.JSZ", question, func(text []byte) error {
		var a answer
		if err := json.Unmarshal(text, &a); err != nil {
			return fmt.Errorf("answer of a server: %w", err)
		}
		all = append(all, a)
		return nil
	})
	return all, err
}
