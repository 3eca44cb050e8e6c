package peers

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// answer is what one server of the cluster says of itself and of the others.
type answer struct {
	Server server.ServerInfo `json:"server"`
	Data   server.JSInfo     `json:"data"`
}

// node that the server is of.
func (a answer) node() string { return a.Server.Metadata[metaNode] }

func (a answer) stage() string { return a.Server.Metadata[metaStage] }

// leads says whether it decides who belongs to the cluster.
func (a answer) leads() bool {
	return !a.Data.Disabled && a.Data.Meta != nil && a.Data.Meta.Leader != "" && a.Data.Meta.Leader == a.Server.Name
}

// answering is how long the answers of all servers are waited for.
const answering = 2 * time.Second

// ask all servers that are connected now, this one too. Those that do not answer in
// time are left out.
func (r *running) ask(ctx context.Context, o server.JSzOptions) (all []answer, err error) {
	question, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	inbox := nats.NewInbox()
	answers, err := r.system.SubscribeSync(inbox)
	if err != nil {
		return nil, err
	}
	defer answers.Unsubscribe() //nolint:errcheck // fails only on a closed connection
	ctx, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	if err := r.system.PublishRequest("$SYS.REQ.SERVER.PING.JSZ", inbox, question); err != nil {
		return nil, err
	}
	for expected := 1 + r.server.NumRemotes(); len(all) < expected; {
		m, err := answers.NextMsgWithContext(ctx)
		if ctx.Err() != nil {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		var a answer
		if err := json.Unmarshal(m.Data, &a); err != nil {
			return all, fmt.Errorf("answer of a server: %w", err)
		}
		all = append(all, a)
	}
	return all, nil
}

// peerID is what a server of this name is called in the raft groups (nats-server
// v2.15: getHash). Names are known of servers only that were heard of since the last
// start; these are always.
func peerID(name string) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	sum := sha256.Sum256([]byte(name))
	id := make([]byte, 8)
	for i := range id {
		id[i] = digits[int(sum[i])%len(digits)]
	}
	return string(id)
}
