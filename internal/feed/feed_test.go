package feed_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"matchstream/internal/feed"

	"pgregory.net/rapid"
)

// status is a status frame that names the event it stands behind.
func status(n int64) func(bool) []byte {
	return func(resumed bool) []byte { return fmt.Appendf(nil, "<status %d %t>", n, resumed) }
}

func lane(events int64) *feed.Lane {
	l := feed.NewLane(status(0))
	for n := int64(1); n <= events; n++ {
		l.Append([]feed.Frame{frameOf(n)}, status(n), feed.Open)
	}
	return l
}

// frameOf an event: every fifth has a status behind it.
func frameOf(n int64) feed.Frame {
	f := feed.Frame{Event: n, Bytes: fmt.Appendf(nil, "<event %d>", n)}
	if n%5 == 0 {
		f.Status = status(n)(true)
	}
	return f
}

func pending(t testing.TB, v *feed.View, c feed.Cursor) string {
	t.Helper()
	b, ok := v.Pending(c, 1<<20)
	if !ok {
		t.Fatalf("nothing pending at %+v", c)
	}
	return string(b)
}

func TestJoinStandsBehindTheLastFrame(t *testing.T) {
	l := lane(3)
	v := l.View()
	c := v.Join()
	if got, want := string(v.Status(true)), "<status 3 true>"; got != want {
		t.Errorf("status %q, want %q", got, want)
	}
	if got, want := string(v.Status(false)), "<status 3 false>"; got != want {
		t.Errorf("status %q, want %q", got, want)
	}
	if !v.AtEnd(c) || v.Behind(c) != 0 {
		t.Errorf("a joiner is %d behind", v.Behind(c))
	}
	l.Append([]feed.Frame{frameOf(4)}, status(4), feed.Open)
	if got, want := pending(t, l.View(), c), "<event 4>"; got != want {
		t.Errorf("after the join came %q, want %q", got, want)
	}
	if v.Last != 3 || !v.AtEnd(c) {
		t.Error("a view has changed")
	}
}

// A status that cannot be encoded is nobody's, not an empty one for the second
// who asks.
func TestAPanicOfTheStatusIsMetByAll(t *testing.T) {
	v := feed.NewLane(func(bool) []byte { panic("no status") }).View()
	for range 2 {
		func() {
			defer func() {
				if cause := recover(); cause != "no status" {
					t.Errorf("met %v", cause)
				}
			}()
			t.Errorf("got %q", v.Status(true))
		}()
	}
}

func TestResumeStandsBehindTheEventsOwnFrame(t *testing.T) {
	v := lane(6).View()
	for _, c := range []struct {
		from int64
		want string
	}{
		{0, "<event 1><event 2><event 3><event 4><event 5><status 5 true><event 6>"},
		{4, "<event 5><status 5 true><event 6>"},
		{5, "<status 5 true><event 6>"}, // the client may have been cut off between the two
		{6, ""},
	} {
		at, ok := v.Resume(c.from)
		if !ok {
			t.Fatalf("resume from %d refused", c.from)
		}
		if got := pending(t, v, at); got != c.want {
			t.Errorf("resumed from %d: %q, want %q", c.from, got, c.want)
		}
	}
	for _, from := range []int64{7, 1000, -1} {
		if _, ok := v.Resume(from); ok {
			t.Errorf("resumed from %d, which does not exist", from)
		}
	}
}

func TestBehindCountsEventsNotFrames(t *testing.T) {
	v := lane(12).View()
	for from := int64(0); from <= 12; from++ {
		at, _ := v.Resume(from)
		want := 12 - from
		if from > 0 && from%5 == 0 {
			want++ // the status of event `from` is still to come
		}
		if got := v.Behind(at); got != want {
			t.Errorf("resumed from %d: %d behind, want %d", from, got, want)
		}
	}
}

// At every byte: the event is reached with the last byte of its own frame, and
// stays so while its status comes.
func TestReachedIsTheLastEventGivenWhole(t *testing.T) {
	l := lane(12)
	for _, keep := range []int{1 << 20, 60, 0} {
		l.Forget(keep)
		v := l.View()
		start := v.Join().Offset
		for n := int64(12); n > 0; n-- { // the first that is left
			if at, ok := v.Resume(n); ok {
				start = at.Offset
			}
		}
		at := feed.Cursor{Offset: start}
		bytes := pending(t, v, at)
		want := v.Reached(at)
		for i := range len(bytes) {
			if at := (feed.Cursor{Offset: start + uint64(i)}); v.Reached(at) != want {
				t.Fatalf("keeping %d, before %q: reached %d, want %d", keep, bytes[i:], v.Reached(at), want)
			}
			if before := bytes[:i+1]; strings.HasSuffix(before, ">") {
				if last := before[strings.LastIndex(before, "<"):]; strings.HasPrefix(last, "<event") {
					want++
				}
			}
		}
		if got := v.Reached(v.Join()); got != 12 {
			t.Errorf("keeping %d: at the end %d is reached, want 12", keep, got)
		}
	}
	if got := lane(0).View().Reached(feed.Cursor{}); got != 0 {
		t.Errorf("%d of no events are reached", got)
	}
	gone := lane(6)
	start, _ := gone.View().Resume(0)
	gone.Forget(20) // all but the last frame
	if got := gone.View().Reached(start); got != 5 {
		t.Errorf("of a cursor whose bytes are gone: %d, want 5", got)
	}
}

func TestPendingEndsAtAFrameBorder(t *testing.T) {
	v := lane(6).View()
	at, _ := v.Resume(0)
	for max, want := range map[int]string{
		1:  "<event 1>", // a frame is given whole, however long
		9:  "<event 1>",
		17: "<event 1>",
		18: "<event 1><event 2>",
	} {
		b, _ := v.Pending(at, max)
		if string(b) != want {
			t.Errorf("at most %d: %q, want %q", max, b, want)
		}
	}
}

func TestForgetKeepsABorder(t *testing.T) {
	l := lane(6)
	start, _ := l.View().Resume(0)
	l.Forget(20)
	v := l.View()
	if _, ok := v.Pending(start, 100); ok {
		t.Error("forgotten frames are still given")
	}
	if _, ok := v.Resume(0); ok {
		t.Error("a lane that forgot its beginning cannot be resumed from there")
	}
	if _, ok := v.Resume(5); ok {
		t.Error("resumed from an event whose frames are cut in half")
	}
	if at, ok := v.Resume(6); !ok || !v.AtEnd(at) {
		t.Error("cannot resume from the one event that is left")
	}
	l.Append([]feed.Frame{frameOf(7)}, status(7), feed.Open)
	if got := pending(t, l.View(), v.Join()); got != "<event 7>" {
		t.Errorf("after forgetting: %q", got)
	}
}

func TestChangedIsClosedByEveryChange(t *testing.T) {
	l := lane(1)
	for _, c := range []struct {
		name   string
		change func()
	}{
		{"append", func() { l.Append([]feed.Frame{frameOf(2)}, status(2), feed.Open) }},
		{"status", func() { l.SetStatus(status(9)) }},
		{"finish", func() { l.Finish(feed.Gone) }},
	} {
		v := l.View()
		select {
		case <-v.Changed():
			t.Errorf("%s: changed before it was", c.name)
		default:
		}
		c.change()
		select {
		case <-v.Changed():
		default:
			t.Errorf("%s: waiters are not woken", c.name)
		}
	}
	if l.View().End != feed.Gone {
		t.Error("the end is not shown")
	}
}

func TestARetiredLaneLetsNobodyIn(t *testing.T) {
	l := lane(1)
	if !l.Acquire() {
		t.Fatal("not let in")
	}
	if l.Retire() {
		t.Fatal("retired with a watcher in it")
	}
	l.Release()
	if !l.Retire() {
		t.Fatal("not retired without a watcher")
	}
	if l.Acquire() {
		t.Fatal("let in after it was retired")
	}
	if l.Retire() {
		t.Fatal("retired twice")
	}
}

// TestReadersSeeEveryByteOnce has readers follow while the lane grows: under
// -race it shows that published bytes are never written again.
func TestReadersSeeEveryByteOnce(t *testing.T) {
	const events = 2000
	l := lane(0)
	var want bytes.Buffer
	for n := int64(1); n <= events; n++ {
		f := frameOf(n)
		want.Write(f.Bytes)
		want.Write(f.Status)
	}
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			var got bytes.Buffer
			c, _ := l.View().Resume(0)
			for {
				v := l.View()
				b, ok := v.Pending(c, 100)
				if !ok {
					t.Error("bytes are gone")
					return
				}
				got.Write(b)
				c.Offset += uint64(len(b))
				if len(b) > 0 {
					continue
				}
				if v.End != feed.Open {
					break
				}
				<-v.Changed()
			}
			if !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Errorf("a reader got %d bytes, want %d, or others", got.Len(), want.Len())
			}
		})
	}
	for n := int64(1); n <= events; n++ {
		end := feed.Open
		if n == events {
			end = feed.Over
		}
		l.Append([]feed.Frame{frameOf(n)}, status(n), end)
	}
	readers.Wait()
}

// TestAnyCutsGiveTheSameBytes: whatever the limits of Pending, a cursor passes
// over the same bytes, and stands at frame borders only.
func TestAnyCutsGiveTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.Int64Range(0, 40).Draw(t, "events")
		v := lane(events).View()
		from := rapid.Int64Range(0, events).Draw(t, "from")
		at, ok := v.Resume(from)
		if !ok {
			t.Fatalf("resume from %d of %d refused", from, events)
		}
		all, _ := v.Pending(at, 1<<20)
		var got []byte
		for !v.AtEnd(at) {
			b, _ := v.Pending(at, rapid.IntRange(0, 60).Draw(t, "max"))
			if len(b) == 0 || b[0] != '<' || b[len(b)-1] != '>' {
				t.Fatalf("not at frame borders: %q", b)
			}
			got = append(got, b...)
			at.Offset += uint64(len(b))
		}
		if !bytes.Equal(got, all) {
			t.Fatalf("in pieces %q, whole %q", got, all)
		}
	})
}
