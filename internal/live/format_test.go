package live_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store/chain"
	"matchstream/internal/store/memory"
)

// strange records, and what is said about them. Those that begin with {"v":2,
// and end well are sealed before they are put into the journal.
var strange = map[string]struct{ data, want string }{
	"newer":       {fmt.Sprintf(`{"v":%d,"event":["another shape"]}`, chain.Format+1), "run the newer version"},
	"damaged":     {`{"v":2,"ev`, "record 2: its checksum cannot be found"},
	"empty":       {``, "record 2: expected an object"},
	"older":       {`{"v":1,"event":{"id":2,"kind":"comment"}}`, "record 2: it has format 1 and no checksum"},
	"other types": {`{"v":2,"event":{"id":"one"}}`, "record 2: store: damaged"},
	"nothing":     {`{"v":2,"revision":1}`, "expected an event or the deletion"},
	"both":        {`{"v":2,"event":{"id":2,"kind":"comment"},"deleted":true}`, "expected an event or the deletion"},
	"impossible":  {`{"v":2,"event":{"id":2,"kind":"start"}}`, "record 2 cannot be folded"},
	"out of turn": {`{"v":2,"event":{"id":9,"kind":"comment"}}`, "record 2 cannot be folded"},
	"unknown":     {`{"v":2,"event":{"id":2,"kind":"disco"}}`, "record 2 cannot be folded"},
}

// A record that this program cannot read is refused with the reason, while it
// follows and at the start; the match stays as it was and is served, and takes
// nothing more; the others go on.
func TestStrangeRecord(t *testing.T) {
	for name, c := range strange {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, clock := memory.New(), newClock()
				options := clock.options()
				var said log
				options.Log = logTo(said.add)
				l, err := live.Open(context.Background(), s, options)
				must(t, err)
				m := create(t, l)
				other := createElsewhere(t, l)
				play(t, m, start)
				play(t, other, start)
				mine, err := s.Read(context.Background(), key(m), 1)
				must(t, err)
				data := []byte(c.data)
				if strings.HasPrefix(c.data, `{"v":2,`) && strings.HasSuffix(c.data, "}") {
					data = m.Seal(data)
				}
				_, err = s.Append(context.Background(), key(m), mine[0].Mark, 2, data)
				must(t, err)
				play(t, other, goal)
				synctest.Wait() // following has come to the record, too
				takesNothing(t, m, 1, c.want)
				if !said.has(id, c.want) {
					t.Fatalf("no word of %q in the log:\n%s", c.want, said.text())
				}
				l.Close()

				said = log{}
				l, err = live.Open(context.Background(), s, options)
				must(t, err)
				defer l.Close()
				takesNothing(t, find(t, l), 1, c.want)
				if !said.has(id, c.want) || strings.Count(said.text(), "a match is damaged") != 1 {
					t.Fatalf("the log says:\n%s", said.text())
				}
				other, err = l.Match(context.Background(), elsewhere)
				must(t, err)
				play(t, other, goal)
			})
		})
	}
}

// A catalogue that it cannot read is a reason not to start, and one that comes
// later is left out, loudly.
func TestStrangeCatalogue(t *testing.T) {
	for _, key := range []string{"match/" + elsewhere, "team/boca"} {
		for name, c := range strange {
			switch name {
			case "newer":
			case "damaged", "empty":
				c.want = "damaged"
			case "other types":
				c.data, c.want = `{"v":1,"info":1,"team":1}`, "damaged"
			default:
				continue
			}
			t.Run(key+" "+name, func(t *testing.T) {
				s, clock := memory.New(), newClock()
				options := clock.options()
				var said log
				options.Log = logTo(said.add)
				l, err := live.Open(context.Background(), s, options)
				must(t, err)
				m := create(t, l)
				_, err = s.Put(context.Background(), key, []byte(c.data), 0)
				must(t, err)
				catalogued(t, l, func() bool { return said.has(key, c.want) })
				play(t, m, start)
				if _, _, err := l.PutTeam(context.Background(), match.Team{ID: "boca", Name: "Boca"}); strings.HasPrefix(key, "team") && err == nil {
					t.Fatal("what cannot be read was written over")
				}
				wish := creation()
				wish.Info.Date = "2012-01-01"
				if _, err := l.Create(context.Background(), wish); strings.HasPrefix(key, "match") && err == nil {
					t.Fatal("what cannot be read was written over")
				}
				l.Close()
				if l, err := live.Open(context.Background(), s, options); err == nil {
					l.Close()
					t.Fatal("it started")
				} else if !strings.Contains(err.Error(), key) || !strings.Contains(err.Error(), c.want) {
					t.Fatalf("%v, want %q of %q", err, c.want, key)
				}
			})
		}
	}
}

// log keeps what was said.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(message string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, message)
}

func (l *log) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// has says whether one message has all the words.
func (l *log) has(words ...string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.lines {
		found := true
		for _, w := range words {
			found = found && strings.Contains(line, w)
		}
		if found {
			return true
		}
	}
	return false
}
