package peers

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// said is what is told of an operator's log, from level INFO on.
func said(t *testing.T) (l serverLog, text func() string) {
	t.Helper()
	var log bytes.Buffer
	l = serverLog{slog.New(slog.NewTextHandler(&log, nil)), newHealth(), &repeats{}}
	return l, func() string { defer log.Reset(); return log.String() }
}

// TestLogRepeats: the cause of a connection that fails again and again is told once in
// a while, of each host.
func TestLogRepeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, text := said(t)
		fail := func(host string, port int) {
			l.Errorf("%s:%d - rid:%d - TLS route handshake error: the other side has another cluster secret", host, port, port)
		}
		for port := range 20 {
			fail("192.0.2.1", port)
			fail("[2001:db8::1]", port)
			l.Errorf("%s - rid:%d - TLS route handshake error: EOF", "192.0.2.1:6222", port)
			<-time.After(500 * time.Millisecond)
		}
		if all := text(); strings.Count(all, "\n") != 3 || strings.Count(all, "level=ERROR") != 3 || strings.Count(all, "[2001:db8::1]") != 1 {
			t.Errorf("in ten seconds it is told:\n%s", all)
		}
		<-time.After(remind - 10*time.Second)
		fail("192.0.2.1", 7)
		if all := text(); strings.Count(all, "\n") != 1 {
			t.Errorf("a while later it is told:\n%s", all)
		}
		for range 2 {
			l.Errorf("RAFT [a - b] Resource not found: %v", "x") // of no connection
		}
		if all := text(); strings.Count(all, "\n") != 2 {
			t.Errorf("what is of no connection is told:\n%s", all)
		}
	})
}

// TestLogOfARestart: a peer that is started anew is no error of this node's.
func TestLogOfARestart(t *testing.T) {
	l, text := said(t)
	l.Errorf("%s - rid:%d - Error flushing: %v", "192.0.2.1:6222", 7, "write tcp 192.0.2.2:4711->192.0.2.1:6222: write: broken pipe")
	l.Errorf("%s - rid:%d - Error flushing: %v", "192.0.2.1:6222", 8, "write tcp 192.0.2.2:4711->192.0.2.1:6222: write: connection reset by peer")
	if all := text(); all != "" {
		t.Errorf("it is told:\n%s", all)
	}
	l.Errorf("%s - rid:%d - Error flushing: %v", "192.0.2.1:6222", 9, "no buffer space available")
	if all := text(); !strings.Contains(all, "level=ERROR") {
		t.Errorf("another failure of a socket is told so: %q", all)
	}
}

// TestLogHints: what is meant by an error that does not say it.
func TestLogHints(t *testing.T) {
	l, text := said(t)
	l.Errorf("%s - rid:%d - TLS route handshake error: %v", "192.0.2.1:8888", 7, "tls: first record does not look like a TLS handshake")
	if all := text(); !strings.Contains(all, "192.0.2.1:8888") || !strings.Contains(all, "is this the port of its --cluster-listen") {
		t.Errorf("a port of HTTP: %s", all)
	}
	l.Errorf("%s - rid:%d - Router parser ERROR, state=18, i=1: proto='%s'", "192.0.2.1:8888", 8, `"TTP/1.1 400 Bad Request\r\nContent"...`)
	if all := text(); !strings.Contains(all, "expected the port of its --cluster-listen") {
		t.Errorf("a port of HTTP, without TLS: %s", all)
	}
	l.Errorf("%s - rid:%d - TLS route handshake error: remote error: tls: bad certificate", "192.0.2.1:4711", 9)
	if all := text(); !strings.Contains(all, "another cluster secret") {
		t.Errorf("one with another secret: %s", all)
	}
	l.Fatalf("Error listening on router port: %d - %v", 6222, "listen tcp :6222: bind: address already in use")
	if err := context.Cause(l.health.failed); err == nil || !strings.Contains(err.Error(), "expected an address for --cluster-listen that is free") || !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("an address that is taken: %v", err)
	}
}
