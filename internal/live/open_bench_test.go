package live_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/embedded"
	"matchstream/internal/store/memory"
)

// BenchmarkOpen2000 opens the embedded store and a Live over it with seasons in
// them: 2,000 finished matches of 30 events and three that are not over. closed
// is a folder after a clean stop, killed a copy of a folder in use, which is
// what kill -9 leaves.
//
// Making the folder takes its time, since every record is synced:
//
//	go test -run - -bench Open2000 -benchtime 5x ./internal/live
func BenchmarkOpen2000(b *testing.B) {
	closed, killed := b.TempDir()+"/closed", b.TempDir()+"/killed"
	s := openEmbedded(b, closed)
	seasons(b, s, 2000)
	must(b, os.CopyFS(killed, os.DirFS(closed)))
	must(b, s.Close())
	for _, c := range []struct{ name, dir string }{{"closed", closed}, {"killed", killed}} {
		b.Run(c.name, func(b *testing.B) {
			var stores, lives time.Duration
			for b.Loop() {
				b.StopTimer()
				dir := b.TempDir() + "/data"
				must(b, os.CopyFS(dir, os.DirFS(c.dir)))
				b.StartTimer()
				began := time.Now()
				s := openEmbedded(b, dir)
				opened := time.Now()
				l, err := live.Open(context.Background(), s, newClock().options())
				must(b, err)
				stores += opened.Sub(began)
				lives += time.Since(opened)
				b.StopTimer()
				if l.Len() != 2003 || l.Loaded(seasonID(0)) || !l.Loaded(seasonID(2001)) {
					b.Fatalf("%d matches", l.Len())
				}
				l.Close()
				must(b, s.Close())
				os.RemoveAll(dir)
				b.StartTimer()
			}
			b.ReportMetric(float64(stores.Microseconds())/float64(b.N)/1000, "ms/store")
			b.ReportMetric(float64(lives.Microseconds())/float64(b.N)/1000, "ms/live")
		})
	}
}

func openEmbedded(b *testing.B, dir string) store.Store {
	b.Helper()
	s, err := embedded.Open(context.Background(), embedded.Options{Dir: dir})
	must(b, err)
	return s
}

func seasonID(i int) string {
	return match.MakeID("elp", "tig", kickoff.AddDate(0, 0, i).Format(time.DateOnly))
}

// seasons plays the matches in memory and copies what lies there.
func seasons(b *testing.B, s store.Store, finished int) {
	b.Helper()
	m := memory.New()
	l := newClock().open(b, m)
	putTeams(b, l)
	for i := range finished + 3 {
		c := creation()
		c.Info.Date = kickoff.AddDate(0, 0, i).Format(time.DateOnly)
		_, err := l.Create(context.Background(), c)
		must(b, err)
		played, err := l.Match(context.Background(), seasonID(i))
		must(b, err)
		post(b, played, start)
		for n := range 28 {
			post(b, played, fmt.Sprintf(`{"kind":"goal","team":"tig","player":%d}`, n%11+1))
		}
		if i < finished {
			post(b, played, stop)
		}
	}
	catalogued(b, l, func() bool { return l.MarkedOver(seasonID(finished - 1)) })
	l.Close() // waits for the last marks
	ctx := context.Background()
	entries, err := m.List(ctx, "")
	must(b, err)
	for _, e := range entries {
		_, err := s.Put(ctx, e.Key, e.Value, 0)
		must(b, err)
	}
	last := map[store.Key]store.Mark{}
	ctx, cancel := context.WithCancel(ctx)
	end, err := m.End(ctx)
	must(b, err)
	m.Follow(ctx, 0, func(r store.Record) { //nolint:errcheck // it is cancelled
		mark, err := s.Append(ctx, r.Key, last[r.Key], r.Number, r.Data)
		must(inside{}, err)
		if last[r.Key] = mark; r.Mark == end {
			cancel()
		}
	})
}
