package lab

import (
	"bytes"
	"strconv"
	"time"
)

// A Mark stands somewhere in an event that the lab's operator sends, as text that no
// encoding changes: "lab-17-1790000000000000;", its number in the run and the Unix
// microseconds at which it was due.
type Mark struct {
	Number int // from 1, without holes
	Due    int64
}

var markBegin = []byte("lab-")

// AppendMark appends the mark of event number, due at a moment.
func AppendMark(b []byte, number int, due time.Time) []byte {
	b = append(b, markBegin...)
	b = strconv.AppendInt(b, int64(number), 10)
	b = append(b, '-')
	b = strconv.AppendInt(b, due.UnixMicro(), 10)
	return append(b, ';')
}

// FindMark finds the first mark in a frame; false: there is none.
func FindMark(frame []byte) (m Mark, ok bool) {
	for {
		i := bytes.Index(frame, markBegin)
		if i < 0 {
			return Mark{}, false
		}
		frame = frame[i+len(markBegin):]
		number, rest, ok := digits(frame, '-')
		if !ok || number == 0 || number > 1<<31-1 {
			continue
		}
		if due, _, ok := digits(rest, ';'); ok {
			return Mark{Number: int(number), Due: due}, true
		}
	}
}

// digits reads 1 to 18 digits and what must stand behind them.
func digits(b []byte, end byte) (n int64, rest []byte, ok bool) {
	for i, c := range b {
		switch {
		case c == end && i > 0:
			return n, b[i+1:], true
		case c < '0' || c > '9' || i == 18:
			return 0, nil, false
		}
		n = 10*n + int64(c-'0')
	}
	return 0, nil, false
}
