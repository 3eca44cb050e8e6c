package auth

import (
	"container/list"
	"crypto/sha256"
	"crypto/subtle"
)

// connections are those on which a right token came, and no wrong one since.
type connections struct {
	of     map[string]*list.Element // of *known, by host:port
	latest *list.List               // the latest first
}

type known struct {
	address string
	sum     [sha256.Size]byte
}

func (c *connections) init() {
	c.of, c.latest = make(map[string]*list.Element), list.New()
}

// add the token that was right on a connection.
func (c *connections) add(address string, sum [sha256.Size]byte) {
	if e, ok := c.of[address]; ok {
		e.Value.(*known).sum = sum
		c.latest.MoveToFront(e)
		return
	}
	if c.latest.Len() >= remembered {
		c.remove(c.latest.Back().Value.(*known).address)
	}
	c.of[address] = c.latest.PushFront(&known{address, sum})
}

// has says whether this very token was right on a connection before.
func (c *connections) has(address string, sum [sha256.Size]byte) bool {
	e, ok := c.of[address]
	return ok && subtle.ConstantTimeCompare(e.Value.(*known).sum[:], sum[:]) == 1
}

func (c *connections) remove(address string) {
	if e, ok := c.of[address]; ok {
		c.latest.Remove(e)
		delete(c.of, address)
	}
}
