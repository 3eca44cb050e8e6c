package audience

import (
	"strconv"
	"sync"
	"testing"

	"matchstream/internal/store/memory"
)

// Everything that may be done at once, is: every join is counted, and whoever
// was not forgotten came as often as he did.
func TestAllAtOnce(t *testing.T) {
	s := memory.New()
	n := open(t, s, 200)
	m := n.match(final)
	const loops, times, users = 4, 3000, 100
	var joining, others sync.WaitGroup
	done := make(chan struct{})
	for loop := range loops {
		joining.Go(func() {
			id := []byte("user-")
			for i := range times {
				m.Joined(n.Ledger, final, strconv.AppendInt(id, int64(i%users), 10))
				if loop > 0 || i%3 > 0 {
					m.Left()
				}
			}
		})
	}
	until := func(f func()) {
		others.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					f()
				}
			}
		})
	}
	fails := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	until(m.Rest)
	until(func() {
		_, err := m.Figures(t.Context(), n.Ledger, final)
		fails(err)
		_, err = n.Visits(t.Context(), named(1))
		fails(err)
	})
	until(func() {
		_, err := n.ForgetUser(t.Context(), named(0))
		fails(err)
	})
	until(func() { // what the writer does when it is due
		for _, q := range []*queue{&n.matches, &n.shards} {
			if p := q.pop(); p != nil {
				fails(n.writeOne(p))
			}
		}
	})
	joining.Wait()
	close(done)
	others.Wait()
	want := Figures{Now: times / 3, Connects: loops * times, Users: users}
	for range 2 {
		f, err := n.match(final).Figures(t.Context(), n.Ledger, final)
		fails(err)
		if want.Peak = f.Peak; f != want || f.Peak < times/3 {
			t.Errorf("%+v, want %+v", f, want)
		}
		for i := 1; i < users; i++ {
			n.visited(named(i), loops*times/users)
		}
		n.Close()
		n, want.Now = open(t, s, 200), 0
	}
}
