package client

import (
	"errors"
	"fmt"
	"io"
)

const maxAnswer = 256 << 20 // bytes; a history of several hundred thousand events

var errLong = errors.New("the answer is too long")

// readAll reads an answer. One that is too long is an error: its beginning
// could be taken for all of it.
func readAll(r io.Reader, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(b)) > most {
		return nil, fmt.Errorf("%w: expected at most %d bytes", errLong, most)
	}
	return b, err
}
