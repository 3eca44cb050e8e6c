package transfer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"matchstream/internal/store"
)

// tokenKey begins the keys of tokens.
const tokenKey = "token/"

// besides puts a token beside the target's of the same name, under the first that is
// free: operator-2. What a token holds by is its hash; who has the source's works on. Where
// the target has that hash, under whatever of these names, nothing is to be done.
func (c *copying) besides(ctx context.Context, e, there store.Entry) error {
	var token map[string]json.RawMessage
	if err := json.Unmarshal(e.Value, &token); err != nil || token == nil {
		return fmt.Errorf("the catalogue's entry %s: expected a token in JSON (%v)", e.Key, err)
	}
	name := strings.TrimPrefix(e.Key, tokenKey)
	for n := 2; ; n++ {
		var other map[string]json.RawMessage
		if err := json.Unmarshal(there.Value, &other); err == nil && bytes.EqualFold(other["sha256"], token["sha256"]) {
			if there.Key != e.Key {
				c.renamed = append(c.renamed, Renamed{name, strings.TrimPrefix(there.Key, tokenKey)})
			}
			return nil
		}
		next := fmt.Sprintf("%s-%d", name, n)
		token["name"], _ = json.Marshal(next)
		value, err := json.Marshal(token)
		if err != nil {
			return err
		}
		_, err = c.to.Put(ctx, tokenKey+next, value, 0)
		if err == nil {
			c.sum.added.Add(1)
			c.renamed = append(c.renamed, Renamed{name, next})
			return nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		if there, err = c.to.Get(ctx, tokenKey+next); err != nil {
			return err
		}
	}
}
