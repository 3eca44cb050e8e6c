package follow

import (
	"bufio"
	"io"
)

// tapped gives a stream of lines on line by line, so that whoever reads through
// it has never read behind the frame that he returns, and shows each block of
// lines (a frame, a heartbeat) as it ends: an empty line.
type tapped struct {
	lines *bufio.Reader
	show  func([]byte) error // nil: nobody looks
	block []byte
	rest  []byte // of the line that is being given on
}

func tap(r io.Reader, show func([]byte) error) *tapped {
	return &tapped{lines: bufio.NewReader(r), show: show}
}

func (t *tapped) Read(p []byte) (int, error) {
	if len(t.rest) == 0 {
		line, err := t.lines.ReadBytes('\n')
		if len(line) == 0 {
			return 0, err
		}
		t.rest = line // an error comes again at the next reading
		if t.show != nil {
			if err := t.seen(line); err != nil {
				return 0, err
			}
		}
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// seen shows a block once it is whole. What is cut is never shown: it comes
// again, whole.
func (t *tapped) seen(line []byte) error {
	t.block = append(t.block, line...)
	if s := string(line); s != "\n" && s != "\r\n" {
		return nil
	}
	err := t.show(t.block)
	t.block = t.block[:0]
	return err
}
