package poll

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A wake that comes before the wait is not lost, and is one, however many.
func TestWakeBeforeTheWait(t *testing.T) {
	p := newPoller(t)
	for range 100 {
		p.Wake()
		p.Wake()
		waits(t, p, -1) // at once
		parks(t, p)
		parks(t, p)
	}
}

// letters is a loop's mail.
type letters struct {
	sync.Mutex
	waiting []chan struct{}
}

// write one; what it returns is closed when it has been answered.
func (l *letters) write() (answered chan struct{}) {
	answered = make(chan struct{})
	l.Lock()
	defer l.Unlock()
	l.waiting = append(l.waiting, answered)
	return answered
}

// read answers all that have come.
func (l *letters) read() {
	l.Lock()
	defer l.Unlock()
	for _, answered := range l.waiting {
		close(answered)
	}
	l.waiting = l.waiting[:0]
}

// No wake is lost: everybody writes a letter, wakes, and waits for the answer
// before he writes the next. One lost wake, and in the end all wait.
func TestNoWakeIsLost(t *testing.T) {
	const writers, each = 8, 2000
	p := newPoller(t)
	var mail letters
	var over atomic.Bool
	var all, owner sync.WaitGroup
	owner.Go(func() {
		for i := 0; !over.Load(); i++ {
			// With and without a deadline, which is a wake's own means.
			if _, err := p.Wait([]time.Duration{-1, time.Hour}[i%2]); err != nil {
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
	// Where wakes are lost this one may be, too; a closed poller does not wait.
	p.Wake()
	if t.Failed() {
		p.Close()
	}
	owner.Wait()
}

// Events and wakes at once: neither hides the other.
func TestWakesAmongEvents(t *testing.T) {
	const rounds = 2000
	p := newPoller(t)
	fd, client := accepted(t, usual)
	must(t, p.Add(fd, key))
	client.SetDeadline(time.Now().Add(patience))
	var mail letters
	var talk sync.WaitGroup
	var over atomic.Bool
	talk.Go(func() {
		echo := make([]byte, 1)
		for range rounds {
			client.Write([]byte("x"))
			if n, err := client.Read(echo); n != 1 {
				t.Error(err)
				return
			}
		}
	})
	talk.Go(func() {
		hanging := time.After(patience)
		for range rounds {
			answered := mail.write()
			p.Wake()
			select {
			case <-answered:
			case <-hanging:
				t.Error("a wake was lost among events")
				return
			}
		}
	})
	go func() {
		talk.Wait()
		over.Store(true)
		p.Wake()
	}()
	buffer := make([]byte, 16)
	for !over.Load() {
		events, err := p.Wait(-1)
		must(t, err)
		for range events {
			n, errno := Receive(fd, buffer)
			if errno != 0 {
				t.Fatal(errno)
			}
			Send(fd, buffer[:n])
		}
		mail.read()
	}
}
