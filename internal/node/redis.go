package node

import (
	"context"
	"os"

	"matchstream/internal/logging"
	"matchstream/internal/store/redis"
)

func (n *Node) openRedis(ctx context.Context) error {
	// The data folder holds no matches, but the operator's token of the first start.
	if err := os.MkdirAll(n.config.Data, 0o700); err != nil {
		return err
	}
	c := n.config.StoreOptions
	s, err := redis.Open(ctx, redis.Options{URL: n.config.Store, CA: c.CA, Cert: c.Cert, Key: c.Key, Within: redis.StartWithin, Log: logging.Room(n.config.Log, "store"),
		Appended: n.told("From a write being handed to the store to its being acknowledged.")})
	if err != nil {
		return err
	}
	n.store = s
	return nil
}
