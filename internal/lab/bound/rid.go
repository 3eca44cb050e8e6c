package bound

import (
	"context"
	"time"

	"matchstream/internal/scrape"
)

const (
	ridEvery = 100 * time.Millisecond
	ridMost  = time.Minute
)

// rid waits until no node has more watchers than before anybody came, so that what is
// left of this try does not spoil the next. Of a node where that cannot be read it is
// enough that the lab has closed its connections.
func (t *try) rid(ctx context.Context) {
	for i, base := range t.base {
		if base >= 0 {
			t.ridOf(ctx, t.Look.Nodes[i].Metrics, base)
		}
	}
}

// ridOf waits for one node. The others go on meanwhile.
func (t *try) ridOf(ctx context.Context, metrics string, base float64) {
	ctx, cancel := context.WithTimeout(ctx, ridMost)
	defer cancel()
	for {
		m, err := scrape.Get(ctx, t.Look.By, metrics)
		if err != nil {
			return // the next try will see
		}
		if n, _ := m.Value("matchstream_watchers"); n <= base {
			return
		}
		if !wait(ctx, ridEvery) {
			return
		}
	}
}
