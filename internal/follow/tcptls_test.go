package follow

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"matchstream/internal/client"
)

// overTLS is a server over TLS; its checkin says what says is.
func overTLS(t *testing.T, says *string) (*httptest.Server, *client.Client) {
	t.Helper()
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, *says) }))
	t.Cleanup(s.Close)
	c, err := client.New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	c.HTTP = s.Client()
	return s, c
}

func watchLines(t *testing.T, c *client.Client) (frames int, end End, err error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	end, err = Follow(ctx, Options{Server: c, Match: "a-b-2026-01-01", Via: "tcp", User: "me", Clock: &steady{},
		Take: func(Frame) error { frames++; return nil },
		Lost: func(err error) { t.Errorf("lost: %v", err); cancel() }, Back: func() {}})
	return frames, end, err
}

// Who came by https:// has the line protocol over TLS, too, at the port that checkin names.
func TestLinesOverTLS(t *testing.T) {
	var says string
	s, c := overTLS(t, &says)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: s.TLS.Certificates})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	said := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		line, _ := bufio.NewReader(conn).ReadString('\n')
		said <- line
		io.WriteString(conn, "2026-11-22 23:22:58: status:\n\thome: <<\"a\">>\n\thome_players:\n\thome_score: 0\n\tvisit: <<\"b\">>\n\tvisit_players:\n\tvisit_score: 0\n\tperiod: ended\n\tid: 5-aaaaaa\n\r\n")
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	says = fmt.Sprintf(`{"host":"127.0.0.1","port":1,"tls":%s}`, port)
	frames, end, err := watchLines(t, c)
	if frames != 1 || end != Over || err != nil {
		t.Fatalf("%d frames, %v, %v", frames, end, err)
	}
	if line := <-said; !strings.HasPrefix(line, "VERSION:1:CONNECT:me:") {
		t.Errorf("it says %q", line)
	}
}

// Where there is no such port, nothing is said in the open.
func TestNoLinesInTheOpen(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	came := make(chan struct{}, 1)
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			c.Close()
			came <- struct{}{}
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	says := fmt.Sprintf(`{"host":"127.0.0.1","port":%s,"nodes":[{"host":"127.0.0.1","port":%[1]s}]}`, port)
	_, c := overTLS(t, &says)
	_, _, err = watchLines(t, c)
	if err == nil || !strings.Contains(err.Error(), "expected --via sse or ws") {
		t.Errorf("%v", err)
	}
	select {
	case <-came:
		t.Error("it went to the plain port")
	default:
	}
}
