package e2e

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestOneConnection: what is asked on one connection, one behind the other and
// up to a stream, is answered in order, in whatever pieces it comes: requests
// of the API with bodies, what browsers ask before (OPTIONS), and streams of
// which only the head is wanted.
func TestOneConnection(t *testing.T) {
	for _, pump := range pumps {
		for _, piece := range []int{1, 7, 1 << 20} {
			t.Run(fmt.Sprintf("%s/%d", pump, piece), func(t *testing.T) {
				c := config(t)
				c.Pump = pump
				n := start(t, c)
				o := operatorOf(n)
				id := o.createSeed(t, "2026-01-01")
				ctx, cancel := context.WithTimeout(context.Background(), patience)
				defer cancel()
				stays, err := join("sse", at(n), id) // the loops find all they need
				if err != nil {
					t.Fatal(err)
				}
				defer stays.Close()
				var d net.Dialer
				conn, err := d.DialContext(ctx, "tcp", n.HTTPAddr())
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(patience))

				const body = `{"kind":"comment","comment":"piece by piece"}`
				path := "/1/match/" + id
				said := []struct {
					line, body string
					status     int
				}{
					{"OPTIONS " + path + "/stream", "", http.StatusNoContent},
					{"HEAD " + path + "/stream", "", http.StatusOK},
					{"HEAD " + path + "/ws", "", http.StatusUpgradeRequired},
					{"GET " + path + "/ws", "", http.StatusUpgradeRequired},
					{"POST " + path + "/events", body, http.StatusCreated},
					{"POST " + path + "/stream", "{}", http.StatusMethodNotAllowed},
					{"GET " + path + "/stream?since=x", "", http.StatusUnprocessableEntity},
					{"GET " + path + "/history", "", http.StatusOK},
					{"HEAD /1/stream", "", http.StatusOK},
				}
				var all strings.Builder
				for _, q := range said {
					fmt.Fprintf(&all, "%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n", q.line, operatorToken)
					if q.body != "" {
						fmt.Fprintf(&all, "Content-Length: %d\r\n", len(q.body))
					}
					all.WriteString("\r\n" + q.body)
				}
				all.WriteString(asks("sse", id))
				for rest := all.String(); rest != ""; rest = rest[min(piece, len(rest)):] {
					if _, err := io.WriteString(conn, rest[:min(piece, len(rest))]); err != nil {
						t.Fatal(err)
					}
				}

				w := newRaw(conn, "sse")
				for _, q := range said {
					method, _, _ := strings.Cut(q.line, " ")
					got, text := read(t, w.r, method)
					if got.StatusCode != q.status {
						t.Errorf("%s: %s %s, want %d", q.line, got.Status, text, q.status)
					}
					if got.Header.Get("Access-Control-Allow-Origin") != "*" || got.Header.Get("Match-Stream-API-Version") != "1" {
						t.Errorf("%s: the header is %v", q.line, got.Header)
					}
					if strings.HasPrefix(q.line, "GET") && q.status == http.StatusOK && !strings.Contains(text, "piece by piece") {
						t.Errorf("the history is %s", text)
					}
				}
				if err := w.enter(); err != nil {
					t.Fatal(err)
				}
				o.must(t, http.StatusNoContent, "DELETE", path, "")
				if err := w.toTheEnd(); err != nil || w.last != 1 || w.farewell == "" {
					t.Errorf("the stream ended at %d with %q, %v", w.last, w.farewell, err)
				}
			})
		}
	}
}

// read an answer.
func read(t *testing.T, from *bufio.Reader, method string) (*http.Response, string) {
	t.Helper()
	a, err := http.ReadResponse(from, &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a, string(text)
}
