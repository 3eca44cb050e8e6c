package live_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// BenchmarkInsides10000 looks at ten thousand matches, each with a lane, for the first
// fifty by rate.
func BenchmarkInsides10000(b *testing.B) {
	const matches = 10_000
	l := open(b, memory.New())
	create(b, l)
	for i := range matches {
		c := creation()
		c.Info.Date = kickoff.AddDate(0, 0, i+1).Format(time.DateOnly)
		_, err := l.Create(context.Background(), c)
		must(b, err)
		m, err := l.Match(context.Background(), match.MakeID("elp", "tig", c.Info.Date))
		must(b, err)
		for n := range 3 {
			post(b, m, fmt.Sprintf(`{"kind":"comment","comment":"%d"}`, n))
		}
		m.Lane(wire.TCP)
	}
	for b.Loop() {
		if all := l.Insides(live.ByRate, 50, func(*feed.Lane) int64 { return 0 }); len(all) != 50 {
			b.Fatal(len(all))
		}
	}
}
