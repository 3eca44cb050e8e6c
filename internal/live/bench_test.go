package live_test

import (
	"context"
	"fmt"
	"testing"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// BenchmarkPublish appends an event to a match with a lane in each format and
// so many watchers on them. What it costs must not depend on their number: a
// watcher is a cursor, which the appender does not know. Moving the cursors is
// the pumps' work and is measured beside it, for each watcher and event.
func BenchmarkPublish(b *testing.B) {
	for _, watchers := range []int{1, 1_000, 100_000} {
		b.Run(fmt.Sprintf("watchers=%d", watchers), func(b *testing.B) {
			l := newClock().open(b, memory.New())
			defer l.Close()
			m := create(b, l)
			post(b, m, start)
			lanes := make([]*feed.Lane, watchers)
			cursors := make([]feed.Cursor, watchers)
			for i := range lanes {
				lanes[i] = m.Lane(wire.Format(i) % wire.Formats)
				cursors[i] = lanes[i].View().Join()
			}
			for f := range wire.Formats { // each format is in use
				m.Lane(f)
			}
			b.ReportAllocs()
			delivered := 0
			for n := 0; b.Loop(); n++ {
				if n%200 == 199 { // a match has some hundreds of events
					b.StopTimer()
					must(b, l.Delete(context.Background(), id))
					_, err := l.Create(context.Background(), creation())
					must(b, err)
					m = find(b, l)
					post(b, m, start)
					for i := range lanes {
						lanes[i] = m.Lane(wire.Format(i) % wire.Formats)
						cursors[i] = lanes[i].View().Join()
					}
					for f := range wire.Formats {
						m.Lane(f)
					}
					b.StartTimer()
				}
				post(b, m, goal)
				b.StopTimer()
				for i, lane := range lanes {
					bytes, _ := lane.View().Pending(cursors[i], 64<<10)
					cursors[i].Offset += uint64(len(bytes))
					if len(bytes) > 0 {
						delivered++
					}
				}
				b.StartTimer()
			}
			if delivered != watchers*b.N {
				b.Fatalf("%d deliveries, want %d", delivered, watchers*b.N)
			}
		})
	}
}

// BenchmarkJoin is all that a join costs but the socket: the match, its lane,
// a cursor, the status.
func BenchmarkJoin(b *testing.B) {
	l := newClock().open(b, memory.New())
	defer l.Close()
	m := create(b, l)
	for _, body := range whole {
		post(b, m, body)
	}
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		size := 0
		for p.Next() {
			m, err := l.Match(context.Background(), id)
			if err != nil {
				b.Error(err)
				return
			}
			lane := m.Lane(wire.SSE)
			v := lane.View()
			size += int(v.Join().Offset) + len(v.Status(true))
			lane.Release()
		}
		if size < 0 {
			b.Error("nothing was read")
		}
	})
}

// BenchmarkAppend is one operator with one request after the other, in a match
// of so many events.
func BenchmarkAppend(b *testing.B) {
	for _, events := range []int{10, 300} {
		b.Run(fmt.Sprintf("events=%d", events), func(b *testing.B) {
			l := newClock().open(b, memory.New())
			defer l.Close()
			fresh := func() *live.Match {
				must(b, clear(l))
				_, err := l.Create(context.Background(), creation())
				must(b, err)
				m := find(b, l)
				post(b, m, start)
				for range events {
					post(b, m, comment)
				}
				return m
			}
			putTeams(b, l)
			m := fresh()
			b.ReportAllocs()
			for n := 1; b.Loop(); n++ {
				if n%50 == 0 {
					b.StopTimer()
					m = fresh()
					b.StartTimer()
				}
				post(b, m, goal)
			}
		})
	}
}

func clear(l *live.Live) error {
	if l.Len() == 0 {
		return nil
	}
	return l.Delete(context.Background(), id)
}

// BenchmarkLateLane makes a lane of a whole match with many cancels in it,
// which is done while the match's lock is held.
func BenchmarkLateLane(b *testing.B) {
	l := newClock().open(b, memory.New())
	defer l.Close()
	m := create(b, l)
	post(b, m, start)
	for i := range 100 {
		post(b, m, goal)
		post(b, m, comment)
		post(b, m, fmt.Sprintf(`{"kind":"cancel","ref":%d}`, 3*i+2))
	}
	clock, tidy := kickoff, l.Tidier()
	b.ReportAllocs()
	for b.Loop() {
		m.Lane(wire.SSE).Release()
		tidy(clock)
		clock = clock.Add(live.Idle)
		tidy(clock)
		if l.HasLane(id, wire.SSE) {
			b.Fatal("the lane was not given up")
		}
	}
}
