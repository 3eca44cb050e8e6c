package e2e

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// What a stand says, a line each: "joined" when all its watchers have their status;
// "have N T" when all have event N, the last of them at T (Unix nanoseconds); "over W B"
// when all W have seen the end of the match, B breaks between them; "wrong" and why when
// one was not told the truth.

// seats are the watchers of a stand.
type seats struct {
	*stand
	joined atomic.Int64
	breaks atomic.Int64
	have   [4096]atomic.Int64 // watchers that have event i
}

// sit follows the match with all watchers, to its end.
func (s *stand) sit() {
	all := &seats{stand: s}
	doors := make(chan struct{}, 64) // how many sit down at once
	var watching sync.WaitGroup
	for i := range s.Watchers {
		watching.Go(func() {
			if err := all.watch(i, doors); err != nil {
				fmt.Println("wrong:", err)
			}
		})
	}
	watching.Wait()
	fmt.Println("over", s.Watchers, all.breaks.Load())
}

func (s *seats) watch(i int, doors chan struct{}) error {
	protocol := []string{"tcp", "sse", "ws"}[i/len(s.Nodes)%3]
	doors <- struct{}{}
	w, err := join(protocol, s.Nodes[i%len(s.Nodes)], s.Match)
	<-doors
	if err != nil {
		return fmt.Errorf("watcher %d by %s: %w", i, protocol, err)
	}
	if s.joined.Add(1) == int64(s.Watchers) {
		fmt.Println("joined")
	}
	for {
		over, err := s.read(w)
		w.Close()
		if err != nil || over {
			return err
		}
		s.breaks.Add(1)
		if w, err = s.back(w); err != nil {
			return err
		}
	}
}

// read events until the match is over, or the connection: each is the next one.
func (s *seats) read(w *raw) (over bool, err error) {
	w.SetDeadline(time.Now().Add(5 * patience))
	for {
		frame, err := w.frame()
		if err != nil {
			return over, nil // the connection may be lost anywhere
		}
		if frame[0] == ':' || frame[0] == 0x89 || strings.HasPrefix(frame, "retry:") || frame[0] == 0x88 {
			continue // a heartbeat, a farewell
		}
		n, err := number(frame)
		if err != nil {
			return false, err
		}
		if n != w.last+1 {
			return false, fmt.Errorf("%s: event %d behind %d: %.100q", w.protocol, n, w.last, frame)
		}
		w.last, over = n, strings.Contains(frame, "stop:\n") || strings.Contains(frame, `"kind":"stop"`)
		if s.have[n].Add(1) == int64(s.Watchers) {
			fmt.Println("have", n, time.Now().UnixNano())
		}
	}
}

// errNotHere: another node is tried.
var errNotHere = errors.New("not here")

// back returns a lost watcher's new connection, on which he has asked for what is behind
// his last event. All have lost theirs at once: so each waits for a while, by chance.
func (s *seats) back(lost *raw) (w *raw, err error) {
	for pause, try := time.Second, 0; try < 50; try++ {
		<-time.After(rand.N(pause))
		w, err = resume(lost.protocol, s.Refuges[rand.IntN(len(s.Refuges))], s.Match, lost.last)
		if !errors.Is(err, errNotHere) {
			return w, err
		}
		pause = min(2*pause, 4*time.Second)
	}
	return nil, err
}

// resume at a node, behind an event.
func resume(protocol string, at addresses, id string, behind int64) (*raw, error) {
	address := at.http
	ask := strings.Replace(asks(protocol, id), "/stream?", fmt.Sprintf("/stream?since=%d&", behind), 1)
	switch protocol {
	case "tcp":
		address = at.tcp
		ask = strings.Replace(ask, "\r\n", fmt.Sprintf(":SINCE:%d\r\n", behind), 1)
	case "ws":
		ask = strings.Replace(ask, "/ws ", fmt.Sprintf("/ws?since=%d ", behind), 1)
	}
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotHere, err)
	}
	w := newRaw(c, protocol)
	w.last = behind
	c.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c, ask); err != nil {
		c.Close()
		return nil, fmt.Errorf("%w: %w", errNotHere, err)
	}
	for n := range map[string]int{"sse": 2, "ws": 1}[protocol] { // the head; retry
		head, err := w.lines()
		if err != nil || n == 0 && strings.HasPrefix(head, "HTTP/1.1 503") {
			c.Close()
			return nil, fmt.Errorf("%w: %w, %.100q", errNotHere, err, head)
		}
	}
	return w, nil
}
