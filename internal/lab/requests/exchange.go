package requests

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"

	"matchstream/internal/lab/blame"
)

const (
	longestAnswer = 256 << 20 // bytes, with the head; nobody's API answers with more
	startKept     = 200       // bytes of an answer that a finding shows
)

// Errors of answers.
var (
	errLong   = fmt.Errorf("the answer is longer than %d MiB", longestAnswer>>20)
	errMore   = errors.New("more came than an answer")
	errNoJSON = errors.New("expected JSON")
	errSwitch = errors.New("101 without having been asked to change the protocol")
)

// exchange sends a request and reads the answer to its end. closes: the connection is
// not to be used any more. An answer of any status is no error.
func (v *visit) exchange(r *request) (status int, closes bool, err error) {
	v.from.limit, v.from.err = v.from.n+longestAnswer, nil
	_, sending := v.conn.Write(r.text)
	// Also behind an error: who closes early may have said why.
	answer, err := v.answer(r)
	if err != nil {
		switch {
		case len(v.from.start) > 0 && v.from.err != nil:
			err = v.from.err // else half a line counts as malformed, not as half
		case len(v.from.start) > 0:
		case sending != nil:
			err = &silentError{cause: sending, at: v.at}
		default:
			err = &silentError{cause: err, at: v.at}
		}
		return 0, true, err
	}
	v.at = blame.Heard
	v.body, err = readInto(v.body[:0], answer.Body)
	answer.Body.Close()
	switch {
	case err != nil:
		return 0, true, err
	case v.read.Buffered() > 0:
		return 0, true, errMore
	case answer.StatusCode/100 == 2 && r.wantsJSON(answer) && !r.isJSON(v.body):
		return answer.StatusCode, answer.Close, errNoJSON
	}
	return answer.StatusCode, answer.Close || sending != nil, nil
}

// answer reads the head of an answer; what comes before it (100, 103) is passed over.
func (v *visit) answer(r *request) (*http.Response, error) {
	for {
		answer, err := http.ReadResponse(&v.read, r.head)
		if err != nil || answer.StatusCode >= 200 {
			return answer, err
		}
		if answer.StatusCode == http.StatusSwitchingProtocols {
			return nil, errSwitch
		}
	}
}

// readInto is io.ReadAll into a buffer.
func readInto(b []byte, from io.Reader) ([]byte, error) {
	to := bytes.NewBuffer(b)
	_, err := to.ReadFrom(from)
	return to.Bytes(), err
}

// wantsJSON says whether the answer must be JSON: its route is known to be, or it says
// so itself. One without a body need not.
func (r *request) wantsJSON(answer *http.Response) bool {
	if r.Method == http.MethodHead || answer.StatusCode == http.StatusNoContent {
		return false
	}
	if r.JSON {
		return true
	}
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	return kind == "application/json" || strings.HasSuffix(kind, "+json")
}

func (r *request) isJSON(body []byte) bool {
	if last := r.valid.Load(); last != nil && bytes.Equal(*last, body) {
		return true
	}
	if !json.Valid(body) {
		return false
	}
	kept := bytes.Clone(body)
	r.valid.Store(&kept)
	return true
}

// counted counts what comes, and keeps the start of an answer for a finding.
type counted struct {
	conn     net.Conn
	n, limit int64
	start    []byte
	err      error // the last
}

func (c *counted) Read(b []byte) (int, error) {
	if c.n >= c.limit {
		c.err = errLong
		return 0, errLong
	}
	n, err := c.conn.Read(b)
	c.err = err
	c.n += int64(n)
	c.start = append(c.start, b[:min(n, startKept-len(c.start))]...)
	return n, err
}
