package live_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// viewer reads the board as a page does: what it shows, by match.
type viewer struct {
	lane   *feed.Lane
	cursor feed.Cursor
	shows  map[string]wire.Score
	news   []string // "match …" or "gone …", since they were last looked at
}

func view(t tb, l *live.Live) *viewer {
	t.Helper()
	v := &viewer{lane: l.Board(), shows: map[string]wire.Score{}}
	now := v.lane.View()
	v.cursor = now.Join()
	v.read(t, now.Status(true))
	v.news = nil
	return v
}

func (v *viewer) read(t tb, b []byte) {
	t.Helper()
	for r := wire.NewSSEReader(bytes.NewReader(b)); ; {
		e, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		must(t, err)
		if e.Event == "team" {
			var team wire.Team
			must(t, json.Unmarshal([]byte(e.Data), &team))
			v.news = append(v.news, "team "+team.ID)
			continue
		}
		var s wire.Score
		must(t, json.Unmarshal([]byte(e.Data), &s))
		v.news = append(v.news, e.Event+" "+s.Match)
		if e.Event == "gone" {
			delete(v.shows, s.Match)
		} else {
			v.shows[s.Match] = s
		}
	}
}

// settle waits until all is published, and returns the news.
func (v *viewer) settle(t tb) (news []string) {
	t.Helper()
	time.Sleep(time.Second) // of the bubble
	synctest.Wait()
	b, ok := v.lane.View().Pending(v.cursor, 1<<30)
	if !ok {
		t.Fatal("the board has forgotten too much")
	}
	v.cursor.Offset += uint64(len(b))
	v.read(t, b)
	news, v.news = v.news, nil
	return news
}

func TestBoard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, clock := memory.New(), newClock()
		l := clock.open(t, s)
		defer func() { l.Close() }()
		v := view(t, l)
		is := func(what string, want ...string) {
			t.Helper()
			got := v.settle(t)
			if len(got) != len(want) {
				t.Fatalf("%s: news %q, want %q", what, got, want)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("%s: news %q, want %q", what, got, want)
				}
			}
		}
		m := create(t, l)
		is("created", "team elp", "team tig", "match "+id)
		play(t, m, start, goal, goal)
		is("a burst", "match "+id)
		if got := v.shows[id]; got.VisitScore != 2 || got.Period != match.First || got.Status != match.Live {
			t.Fatalf("%+v", got)
		}
		play(t, m, comment, `{"kind":"shot","team":"elp"}`)
		clock.pass(time.Minute)
		play(t, m, comment)
		is("nothing that it shows")
		play(t, m, `{"kind":"cancel","ref":2}`)
		is("cancelled", "match "+id)
		_, _, err := l.PutTeam(context.Background(), match.Team{ID: "elp", Name: "ELP"})
		must(t, err)
		is("renamed", "team elp", "match "+id)
		createElsewhere(t, l)
		is("another", "match "+elsewhere)

		play(t, m, stop)
		is("ended", "match "+id)
		late := view(t, l)
		if len(late.shows) != 1 || late.shows[elsewhere].Match == "" {
			t.Fatalf("who joins now is shown %v", late.shows)
		}
		find(t, l)
		is("somebody looks")

		must(t, l.Delete(context.Background(), id))
		is("deleted", "gone "+id)
		must(t, l.Delete(context.Background(), elsewhere))
		_, err = l.Create(context.Background(), creation())
		must(t, err)
		createElsewhere(t, l)
		is("deleted, made, and made anew at once", "gone "+elsewhere, "match "+id, "match "+elsewhere)

		// Made, seen in a picture, and deleted before it was published.
		c := creation()
		c.Info.Date = "2013-01-01"
		_, err = l.Create(context.Background(), c)
		must(t, err)
		clock.pass(time.Second)
		early := view(t, l)
		if len(early.shows) != 3 {
			t.Fatalf("%v", early.shows)
		}
		must(t, l.Delete(context.Background(), "elp-tig-2013-01-01"))
		early.settle(t)
		is("the same for who was there before", "gone elp-tig-2013-01-01")
		if len(early.shows) != 2 {
			t.Fatalf("a deleted match stays on a board: %v", early.shows)
		}

		l.Close()
		l = clock.open(t, s)
		v = view(t, l)
		is("a start is no news")
		play(t, find(t, l), start)
		is("and goes on", "match "+id)
	})
}

// A match that is over and was not read looks the same as when it is.
func TestBoardOfTheArchive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, clock := memory.New(), newClock()
		l := clock.open(t, s)
		m := create(t, l)
		play(t, m, append(whole, `{"kind":"penalties"}`, goal, stop)...)
		l.Close()
		l = clock.open(t, s)
		defer l.Close()
		v := view(t, l)
		if l.Loaded(id) {
			t.Fatal("a start reads the archive")
		}
		find(t, l)
		if news := v.settle(t); news != nil {
			t.Fatalf("reading it is news: %q", news)
		}
	})
}

// A match of another node is shown first as the catalogue has it, and when its
// journal has been read as it stands.
func TestBoardOfAnotherNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, clock := memory.New(), newClock()
		slow, read := newFaulty(s), make(chan struct{})
		slow.set(func(op, _ string, do func() error) error {
			if op == "read" {
				<-read
			}
			return do()
		})
		there, here := clock.open(t, s), clock.open(t, slow)
		defer there.Close()
		defer here.Close()
		v := view(t, here)
		play(t, create(t, there), start, goal)
		if news := v.settle(t); len(news) != 3 || v.shows[id].Period != match.NotStarted {
			t.Fatalf("before it is read: %q, %+v", news, v.shows[id])
		}
		close(read)
		if news := v.settle(t); len(news) != 1 || v.shows[id].VisitScore != 1 {
			t.Fatalf("when it is read: %q, %+v", news, v.shows[id])
		}
	})
}

// The board keeps a bounded past; the minute in its picture is not older than
// a second.
func TestBoardForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := newClock()
		l := clock.open(t, memory.New())
		defer l.Close()
		m := create(t, l)
		for _, team := range []string{"elp", "tig"} { // a frame is some 2 KiB
			_, _, err := l.PutTeam(context.Background(), match.Team{ID: team, Name: strings.Repeat("⚽", 200)})
			must(t, err)
		}
		play(t, m, start)
		v := view(t, l)
		v.settle(t)
		clock.pass(10 * time.Minute)
		if got := view(t, l).shows[id].Minute; got != "11" {
			t.Fatalf("minute %q", got)
		}
		slow := view(t, l)
		const goals = 2000
		for range goals {
			play(t, m, goal)
			time.Sleep(100 * time.Millisecond)
		}
		now := slow.lane.View()
		if _, ok := now.Pending(slow.cursor, 1); ok {
			t.Fatal("the board forgets nothing")
		}
		if at := now.Join(); now.Last < goals || at.Offset < 1<<20 {
			t.Fatalf("%d frames", now.Last)
		}
		if got := view(t, l).shows[id].VisitScore; got != goals {
			t.Fatalf("%d goals", got)
		}
	})
}
