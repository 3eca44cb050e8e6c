package pump_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/pump"
)

// A write goes on as long as some bytes are taken within the patience, and ends
// where none are, or at a deadline.
func TestSteady(t *testing.T) {
	const patience = 32 * time.Second
	for _, c := range []struct {
		name     string
		takes    []time.Duration // a byte after each
		deadline time.Duration   // 0: none
		set      time.Duration   // it is set so late
		over     time.Duration
		err      error
	}{
		{"taken at once", make([]time.Duration, 8), 0, 0, 0, nil},
		{"taken slowly", []time.Duration{31, 31, 31, 31, 31, 31, 31, 31}, 0, 0, 8 * 31 * time.Second, nil},
		{"not taken any more", []time.Duration{31, 31}, 0, 0, 2*31*time.Second + patience, os.ErrDeadlineExceeded},
		{"not by the deadline", []time.Duration{31, 31}, 40 * time.Second, 0, 40 * time.Second, os.ErrDeadlineExceeded},
		{"not by one that is set meanwhile", []time.Duration{1}, -time.Hour, 10 * time.Second, 10 * time.Second, os.ErrDeadlineExceeded},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var taking sync.WaitGroup
				defer taking.Wait()
				a, b := net.Pipe()
				defer a.Close()
				defer b.Close()
				s := pump.NewSteady(a, patience)
				begun := time.Now()
				if c.set > 0 {
					time.AfterFunc(c.set, func() { s.SetWriteDeadline(begun.Add(c.deadline)) })
				} else if c.deadline > 0 {
					s.SetDeadline(begun.Add(c.deadline))
				}
				taking.Go(func() {
					for _, after := range c.takes {
						<-time.After(after * time.Second)
						io.ReadFull(b, make([]byte, 1))
					}
				})
				n, err := s.Write([]byte("12345678"))
				took := time.Since(begun)
				// It is known to an eighth of the patience that nothing was taken.
				if !errors.Is(err, c.err) || c.err == nil && n != 8 || took < c.over || took > c.over+patience/8+time.Second {
					t.Errorf("%d bytes in %v, %v; want %v in %v", n, took, err, c.err, c.over)
				}
			})
		})
	}
}

// A watcher over TLS who takes nothing for most of the time that he has, again
// and again, gets every byte; who takes nothing for all of it is closed.
func TestSlowOverTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(nil)
	s.StartTLS()
	certificates := s.TLS.Certificates
	s.Close()
	synctest.Test(t, func(t *testing.T) {
		const timeout = 32 * time.Second
		p := pump.NewGoroutine(pump.Options{SendTimeout: timeout})
		defer p.Close()
		var counts pump.Counts
		ends := make(chan pump.Reason, 3)
		lane := feed.NewLane(status(0))
		stream := &pump.Stream{Lane: lane, Counts: &counts, Left: func(why pump.Reason, _ pump.Sent, _ pump.Ticket) { ends <- why }}
		attach := func() net.Conn {
			a, b := net.Pipe()
			server := tls.Server(pump.NewSteady(a, timeout), &tls.Config{Certificates: certificates})
			client := tls.Client(b, &tls.Config{InsecureSkipVerify: true})
			go server.Handshake()
			if err := client.Handshake(); err != nil {
				t.Fatal(err)
			}
			lane.Acquire()
			p.Attach(server, pump.Watch{Stream: stream, Cursor: lane.View().Join()})
			return client
		}
		slow, stuck, half := attach(), attach(), attach()
		frame := []byte("<" + strings.Repeat("goal ", 20_000) + ">")
		lane.Append([]feed.Frame{{Event: 1, Bytes: frame}}, status(1), feed.Over)
		// Some records are taken, and the next one breaks: TLS can write nothing behind it.
		if _, err := io.ReadFull(half, make([]byte, 5_000)); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 0, len(frame))
		for err := error(nil); err == nil; {
			<-time.After(timeout - 5*time.Second)
			var n int
			n, err = slow.Read(got[len(got) : len(got)+min(20_000, cap(got)-len(got))])
			got = got[:len(got)+n]
			if len(got) == cap(got) {
				break
			}
		}
		if string(got) != string(frame) {
			t.Errorf("%d bytes came, want %d", len(got), len(frame))
		}
		slow.Close()
		if first, second, third := <-ends, <-ends, <-ends; first != pump.TooSlow || second != pump.TooSlow || third != pump.Ended {
			t.Errorf("they ended %v, %v and %v, want %v twice and %v", first, second, third, pump.TooSlow, pump.Ended)
		}
		stuck.Close()
		half.Close()
	})
}
