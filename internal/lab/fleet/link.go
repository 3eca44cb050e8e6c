package fleet

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// silence is how long one side hears nothing before it takes the other for lost;
	// the coordinator says something every beat.
	silence = 30 * time.Second
	beat    = 5 * time.Second

	mostUnproven = 4 << 10  // bytes of a message from somebody who has not proven who he is
	mostBytes    = 64 << 20 // bytes of any message
)

// link is a connection for messages. One goroutine receives; all may send and close.
type link struct {
	through io.ReadWriteCloser
	in      *bufio.Reader
	most    int // bytes of a message that is received
	alarm   *time.Timer
	once    sync.Once
	silent  atomic.Bool // it was closed since nothing came
	mu      sync.Mutex
}

func newLink(through io.ReadWriteCloser, most int) *link {
	l := &link{through: through, in: bufio.NewReaderSize(through, mostUnproven), most: most}
	l.alarm = time.AfterFunc(silence, func() { l.silent.Store(true); l.close() })
	return l
}

func (l *link) send(m message) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err = l.through.Write(append(b, '\n'))
	return err
}

// receive is the next message; io.EOF: there is none.
func (l *link) receive() (m message, err error) {
	line, err := readLine(l.in, l.most)
	switch {
	case l.silent.Load():
		return m, fmt.Errorf("nothing came for %v", silence)
	case err != nil:
		return m, err
	}
	l.alarm.Reset(silence)
	return readMessage(line)
}

func readMessage(line []byte) (m message, err error) {
	if err := json.Unmarshal(line, &m); err != nil {
		return m, fmt.Errorf("expected a message of the lab, a line of JSON: %w", err)
	}
	return m, nil
}

// readLine is a line of most bytes at most.
func readLine(in *bufio.Reader, most int) (line []byte, err error) {
	for {
		some, err := in.ReadSlice('\n')
		if line = append(line, some...); len(line) > most {
			return nil, fmt.Errorf("expected messages of %d bytes at most", most)
		}
		switch {
		case err == nil:
			return line, nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		default:
			return nil, err
		}
	}
}

// close ends it; that is no news to who does it, so there is no error.
func (l *link) close() {
	l.once.Do(func() {
		l.alarm.Stop()
		l.through.Close()
	})
}
