package peers

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/nats-io/nats.go"
)

// answering is how long the answers of all servers are waited for.
const answering = 2 * time.Second

// collect the answers of all that are connected now, this one too. Those that do not
// answer in time are left out.
func (r *running) collect(ctx context.Context, subject string, question []byte, take func([]byte) error) error {
	inbox := nats.NewInbox()
	answers, err := r.system.SubscribeSync(inbox)
	if err != nil {
		return err
	}
	defer answers.Unsubscribe() //nolint:errcheck // fails only on a closed connection
	bound, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	if err := r.system.PublishRequest(subject, inbox, question); err != nil {
		return err
	}
	for left := 1 + r.server.NumRemotes(); left > 0; left-- {
		m, err := answers.NextMsgWithContext(bound)
		if bound.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		if err := take(m.Data); err != nil {
			return err
		}
	}
	return nil
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
