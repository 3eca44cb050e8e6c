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

// rid waits until the server has no more watchers than before anybody came, so that what
// is left of this try does not spoil the next. Where that cannot be read, it is enough
// that the lab has closed its connections.
func (t *try) rid(ctx context.Context) {
	if !t.based {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, ridMost)
	defer cancel()
	for {
		m, err := scrape.Get(ctx, t.Look.By, t.Look.Metrics)
		if err != nil {
			return // the next try will see
		}
		if n, _ := m.Value("matchstream_watchers"); n <= t.base {
			return
		}
		if !wait(ctx, ridEvery) {
			return
		}
	}
}
