package pump

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"matchstream/internal/feed"
)

// keeping is a loop that nobody runs, beside what it has to remember: who is
// where, by the ticket that he was given.
type keeping struct {
	*rapid.T
	loop    *loop
	streams []*Stream
	in      map[Ticket]resident
	keys    []uint64 // of those who have gone
	last    Ticket
}

type resident struct {
	key    uint64
	stream *Stream // nil: the hall
}

func newKeeping(t *rapid.T) *keeping {
	p := &Epoll{tick: time.Hour, began: time.Now()}
	p.doors.Store(new([]*doorway))
	l, err := newLoop(p, 1)
	if err != nil {
		t.Fatal(err)
	}
	k := &keeping{T: t, loop: l, in: map[Ticket]resident{}}
	for range 4 {
		k.streams = append(k.streams, &Stream{Lane: feed.NewLane(func(bool) []byte { return nil }), Counts: new(Counts)})
	}
	return k
}

// come takes a new descriptor into the hall. The kernel gives the numbers of
// those who have left again.
func (k *keeping) come() {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		k.Fatal(err)
	}
	c := k.loop.begin(int32(fd))
	if c == nil {
		k.Fatal("a descriptor was not taken in")
	}
	k.last++
	c.ticket, c.offset = k.last, uint64(k.last)*3
	k.in[k.last] = resident{key: k.loop.key(c)}
}

// some of those who are there, in an order that the draw decides.
func (k *keeping) some(t *rapid.T) (some []Ticket) {
	for ticket := Ticket(1); ticket <= k.last; ticket++ {
		if _, there := k.in[ticket]; there {
			some = append(some, ticket)
		}
	}
	if len(some) == 0 {
		t.Skip("nobody is there")
	}
	first := rapid.IntRange(0, len(some)-1).Draw(t, "first")
	step := rapid.IntRange(1, 5).Draw(t, "step")
	most := rapid.IntRange(1, 200).Draw(t, "most")
	var drawn []Ticket
	for i := first; i < len(some) && len(drawn) < most; i += step {
		drawn = append(drawn, some[i])
	}
	return drawn
}

func (k *keeping) move(ticket Ticket, s *Stream) {
	to := k.loop.groups[0]
	if s != nil {
		to = k.loop.group(s)
	}
	was := k.in[ticket]
	if c := k.loop.move(k.loop.find(was.key), to); c.ticket != ticket {
		k.Fatalf("%d was moved, and %d came", ticket, c.ticket)
	}
	k.in[ticket] = resident{key: was.key, stream: s}
}

func (k *keeping) goes(ticket Ticket) {
	key := k.in[ticket].key
	k.loop.out(k.loop.find(key), false)
	delete(k.in, ticket)
	k.keys = append(k.keys, key)
}

// holds: each is found by his key, in his group, as he was; nobody else is.
func (k *keeping) holds(*rapid.T) {
	l := k.loop
	of := map[*Stream]int{}
	for ticket, r := range k.in {
		of[r.stream]++
		c := l.find(r.key)
		if c == nil || c.ticket != ticket || c.offset != uint64(ticket)*3 {
			k.Fatalf("by the key of %d, %+v is found", ticket, c)
		}
		if l.key(c) != r.key || l.groupOf(c).stream != r.stream {
			k.Fatalf("%d has another key or another group than it had", ticket)
		}
	}
	for _, key := range k.keys {
		if c := l.find(key); c != nil {
			k.Fatalf("a key of one who has gone finds %d", c.ticket)
		}
	}
	for i, g := range l.groups {
		if g == nil {
			continue
		}
		if int(g.index) != i || g.n != of[g.stream] || i > 0 && (g.n == 0 || l.watched[g.stream] != g) {
			k.Fatalf("group %d has %d, want %d", i, g.n, of[g.stream])
		}
		delete(of, g.stream)
		for j := range g.n {
			if c := g.at(j); l.find(l.key(c)) != c {
				k.Fatalf("the %dth of group %d is found elsewhere", j, i)
			}
		}
	}
	if len(l.groups) > 1+len(k.streams) {
		k.Fatalf("%d groups for %d streams: numbers are not used again", len(l.groups), len(k.streams))
	}
	delete(of, nil)
	if len(of) > 0 {
		k.Fatal("a group is missing")
	}
}

func TestKeep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := newKeeping(t)
		defer k.loop.poller.Close()
		defer func() {
			for ticket := Ticket(1); ticket <= k.last; ticket++ {
				if _, there := k.in[ticket]; there {
					k.goes(ticket)
				}
			}
		}()
		t.Repeat(map[string]func(*rapid.T){
			"": k.holds,
			"come": func(t *rapid.T) {
				for range rapid.IntRange(1, chunkSize+2).Draw(t, "number") {
					k.come()
				}
			},
			"move": func(t *rapid.T) {
				s := rapid.SampledFrom(append([]*Stream{nil}, k.streams...)).Draw(t, "to")
				for _, ticket := range k.some(t) {
					// As watches begin and end: from the hall, and back.
					if (s == nil) != (k.in[ticket].stream == nil) {
						k.move(ticket, s)
					}
				}
			},
			"go": func(t *rapid.T) {
				for _, ticket := range k.some(t) {
					k.goes(ticket)
				}
			},
		})
	})
}
