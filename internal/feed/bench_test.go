package feed_test

import (
	"bytes"
	"fmt"
	"testing"

	"matchstream/internal/feed"
)

var frame = bytes.Repeat([]byte("x"), 120)

// full is a lane of n events.
func full(n int64) *feed.Lane {
	l := feed.NewLane(status(0))
	frames := make([]feed.Frame, n)
	for i := range frames {
		frames[i] = feed.Frame{Event: int64(i + 1), Bytes: frame}
	}
	l.Append(frames, status(n), feed.Open)
	return l
}

// heard is a subscriber who does nothing.
type heard struct{ _ int }

func (*heard) Changed() {}

// BenchmarkAppend is what an event costs a lane, whatever the number of its
// watchers: only who serves them is told.
func BenchmarkAppend(b *testing.B) {
	for _, subscribers := range []int{0, 2, 64} {
		b.Run(fmt.Sprintf("subscribers=%d", subscribers), func(b *testing.B) {
			l := feed.NewLane(status(0))
			for range subscribers {
				l.Subscribe(new(heard))
			}
			b.ReportAllocs()
			for n := int64(1); b.Loop(); n++ {
				l.Append([]feed.Frame{{Event: n, Bytes: frame}}, status(n), feed.Open)
				if n%1000 == 0 {
					l.Forget(0)
				}
			}
		})
	}
}

// BenchmarkJoin is a status and a cursor from one view.
func BenchmarkJoin(b *testing.B) {
	l := full(1000)
	b.ReportAllocs()
	for b.Loop() {
		v := l.View()
		if at := v.Join(); !v.AtEnd(at) || len(v.Status(true)) == 0 {
			b.Fatal("not at the end")
		}
	}
}

// BenchmarkResume is finding a cursor among ten thousand events.
func BenchmarkResume(b *testing.B) {
	v := full(10_000).View()
	b.ReportAllocs()
	for n := int64(0); b.Loop(); n++ {
		if _, ok := v.Resume(n%10_000 + 1); !ok {
			b.Fatal("not there")
		}
	}
}

// BenchmarkPending is finding what a cursor is to be given: of one event that
// is new, and of a thousand in pieces of 16 kB.
func BenchmarkPending(b *testing.B) {
	v := full(1001).View()
	for _, behind := range []int64{1, 1000} {
		b.Run(fmt.Sprintf("behind=%d", behind), func(b *testing.B) {
			at, _ := v.Resume(1001 - behind)
			b.ReportAllocs()
			for b.Loop() {
				for c := at; !v.AtEnd(c); {
					p, _ := v.Pending(c, 16<<10)
					c.Offset += uint64(len(p))
				}
			}
		})
	}
}

// BenchmarkForget is a lane that is kept at a mebibyte, as the board's is: what
// a frame costs, and what it leaves to the collector, must not depend on that.
func BenchmarkForget(b *testing.B) {
	l := feed.NewLane(status(0))
	frame := feed.Frame{Bytes: bytes.Repeat([]byte{'x'}, 300)}
	b.ReportAllocs()
	for b.Loop() {
		frame.Event++
		l.Append([]feed.Frame{frame}, status(0), feed.Open)
		l.Forget(1 << 20)
	}
}
