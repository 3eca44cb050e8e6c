package gate_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// unheard is a store of which a node hears no events; what it asks for it is told.
type unheard struct {
	store.Store
	gone chan struct{} // closed: nothing can be read either
}

func (unheard) Follow(ctx context.Context, _ store.Mark, _ func(store.Record)) error {
	<-ctx.Done()
	return ctx.Err()
}

func (d unheard) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	select {
	case <-d.gone:
		return nil, store.ErrUnavailable
	default:
		return d.Store.Read(ctx, key, from)
	}
}

// TestAheadOfTheNode: who comes from another node with an event that this one has not
// heard of is given what is behind it, and nothing that he has. A position that there is
// not is told from that; and where it cannot be, he is told to come again.
func TestAheadOfTheNode(t *testing.T) {
	for _, p := range protocols {
		for _, epoll := range []bool{false, true} {
			t.Run(fmt.Sprint(p.name, "/", epoll), func(t *testing.T) {
				t.Parallel()
				d := unheard{memory.New(), make(chan struct{})}
				a := newRig(t, setting{store: d.Store, shared: true})
				a.create(seed)
				b := newRig(t, setting{store: d, shared: true, epoll: epoll})
				asks := func(ahead int64) string {
					at := a.match(seed).View().Position()
					at.ID += ahead
					return p.asks(at.String())
				}
				stays := b.watch(p.asks("")) // the lane is there: the loops could decide
				stays.get(p.head(false) + 1)
				a.post(seed, start)
				a.post(seed, `{"kind":"comment","comment":"seen at a"}`)
				if n := b.match(seed).View().State.LastID; n != 0 {
					t.Fatalf("b has heard of event %d: the test shows nothing", n)
				}
				w := b.watch(asks(0))
				w.get(p.head(true))
				b.post(seed, `{"kind":"comment","comment":"behind it"}`)
				if got := w.get(1)[0]; !bytes.Contains(got, []byte("behind it")) {
					t.Errorf("behind what was seen came %q", got)
				}
				w = b.watch(asks(10))
				w.get(p.head(false))
				if got := w.get(1)[0]; !bytes.Contains(got, []byte("status")) {
					t.Errorf("behind an event that there is not came %q", got)
				}
				a.post(seed, `{"kind":"comment","comment":"seen at a"}`)
				close(d.gone)
				got := string(b.watch(asks(0)).get(1)[0])
				if !strings.HasPrefix(got, "HTTP/1.1 503 ") && !strings.HasPrefix(got, "ERROR: the match cannot be read now, try again later") {
					t.Errorf("with the store gone came %q", got)
				}
			})
		}
	}
}
