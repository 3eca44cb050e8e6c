package requests

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// scripted is a connection on which only these bytes come.
type scripted struct {
	net.Conn
	io.Reader
}

func (s scripted) Read(b []byte) (int, error) { return s.Reader.Read(b) }
func (scripted) Write(b []byte) (int, error)  { return len(b), nil }
func (scripted) SetDeadline(time.Time) error  { return nil }
func (scripted) Close() error                 { return nil }

// Whatever comes, it is an answer or an error that has a name; and what is kept for a
// finding is its start.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(right))
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 404\r\n\r\n"))
	r := request{Request: lab.Request{Name: "x", Method: "GET", JSON: true}, head: &http.Request{Method: "GET"}}
	f.Fuzz(func(t *testing.T, text []byte) {
		v := visit{run: &run{}, conn: scripted{Reader: bytes.NewReader(text)}}
		v.from.conn = v.conn
		v.read.Reset(&v.from)
		status, _, err := v.exchange(&r)
		if err == nil && (status < 200 || status > 999) {
			t.Errorf("status %d", status)
		}
		if err != nil {
			if code, own := verdict(err); code == "" || own {
				t.Errorf("%v is called %q, own: %v", err, code, own)
			}
		}
		if err == nil && status/100 == 2 && status != 204 && !json.Valid(v.body) {
			t.Errorf("%q is taken for JSON", v.body)
		}
		if !bytes.HasPrefix(text, v.from.start) || len(v.from.start) > startKept {
			t.Errorf("%q is no start", v.from.start)
		}
	})
}
