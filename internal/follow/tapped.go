package follow

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// tapped gives a stream of lines on line by line, so that whoever reads through
// it has never read behind the frame that he returns, and shows each block of
// lines (a frame, a heartbeat) as it ends: an empty line.
type tapped struct {
	lines *bufio.Reader
	show  func([]byte) error // nil: nobody looks
	block []byte
	size  int    // of the block, shown or not
	rest  []byte // of the line that is being given on
}

func tap(r io.Reader, show func([]byte) error) *tapped {
	return &tapped{lines: bufio.NewReaderSize(r, maxMessage), show: show}
}

func (t *tapped) Read(p []byte) (int, error) {
	if len(t.rest) == 0 {
		line, err := t.lines.ReadSlice('\n') // good until the next reading
		if t.size += len(line); errors.Is(err, bufio.ErrBufferFull) || t.size > maxMessage {
			return 0, fmt.Errorf("expected frames of at most %d bytes, got a longer one", maxMessage)
		}
		if len(line) == 0 {
			return 0, err
		}
		t.rest = line // an error comes again at the next reading
		if err := t.seen(line); err != nil {
			return 0, err
		}
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// seen shows a block once it is whole. What is cut is never shown: it comes
// again, whole.
func (t *tapped) seen(line []byte) error {
	if t.show != nil {
		t.block = append(t.block, line...)
	}
	if s := string(line); s != "\n" && s != "\r\n" {
		return nil
	}
	t.size = 0
	if t.show == nil {
		return nil
	}
	err := t.show(t.block)
	t.block = t.block[:0]
	return err
}
