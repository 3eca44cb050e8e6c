package poll

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func newSleeper(t *testing.T) *Poller {
	t.Helper()
	p, err := NewSleeper()
	must(t, err)
	return p
}

// A sleep ends with what happens, at its time, and when somebody wakes; a wake before it
// is not lost.
func TestSleep(t *testing.T) {
	p := newSleeper(t)
	fd, client := accepted(t, usual)
	must(t, p.Add(fd, key))
	if events, err := p.Sleep(0); len(events) > 0 || err != nil {
		t.Fatalf("%v, %v", events, err)
	}
	for range 20 {
		if events, err := p.Sleep(time.Millisecond); len(events) > 0 || err != nil {
			t.Fatalf("%v, %v", events, err)
		}
	}
	client.Write([]byte("x"))
	if events, err := p.Sleep(-1); err != nil || len(events) != 1 || events[0].Key() != key || !events[0].Readable() {
		t.Fatalf("%v, %v", events, err)
	}
	for range 100 {
		p.Wake()
		p.Wake()
		if events, err := p.Sleep(-1); err != nil || len(events) > 1 || len(events) == 1 && events[0].Key() != alarmKey {
			t.Fatalf("%v, %v", events, err)
		}
	}
	must(t, p.Close())
	p.Wake()
	p.sleeping.Store(true)
	p.Wake()
}

// No wake of one who sleeps is lost, either.
func TestNoWakeOfASleeperIsLost(t *testing.T) {
	const writers, each = 4, 1000
	p := newSleeper(t)
	var mail letters
	var over atomic.Bool
	var all, owner sync.WaitGroup
	owner.Go(func() {
		for i := 0; !over.Load(); i++ {
			if _, err := p.Sleep([]time.Duration{-1, time.Hour}[i%2]); err != nil {
				t.Error(err)
				return
			}
			mail.read()
		}
	})
	hanging := time.Now().Add(patience)
	for range writers {
		all.Go(func() {
			limit := time.After(time.Until(hanging))
			for range each {
				answered := mail.write()
				p.Wake()
				select {
				case <-answered:
				case <-limit:
					t.Error("a wake was lost: a letter lies there unread")
					return
				}
			}
		})
	}
	all.Wait()
	over.Store(true)
	p.Wake()
	owner.Wait()
	must(t, p.Close())
}
