package gate_test

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/gate"
	"matchstream/internal/wire"
)

const line = "VERSION:1:CONNECT:luna:MATCH:" + seed

// TestSilence: what a client types, with pauses, and what comes of it when.
// Time is the bubble's: it is exact.
func TestSilence(t *testing.T) {
	for _, c := range []struct {
		name string
		says []any         // strings, and pauses between them
		at   time.Duration // when something comes
		want string        // how it begins; "": the connection is closed without a word
	}{
		{"a line", []any{line + "\n"}, 0, "2026"},
		{"a line without an end", []any{line}, time.Second, "2026"},
		{"without half of its end", []any{line + "\r"}, time.Second, "2026"},
		{"in pieces, without an end", []any{"VERSION:1:CONNECT:", 900 * time.Millisecond, "luna:MATCH:" + seed}, 1900 * time.Millisecond, "2026"},
		{"with a pause where it does not parse", []any{line[:20], 30 * time.Second, line[20:] + "\r\n"}, 30 * time.Second, "2026"},
		{"with a pause where it would parse", []any{line + ":SINCE:1", 500 * time.Millisecond, "7\n"}, 500 * time.Millisecond, "2026"},
		{"half a line", []any{line[:20]}, time.Minute, ""},
		{"nothing", nil, time.Minute, ""},
		{"an unknown option without an end", []any{line + ":COLOUR:red"}, time.Minute, ""},
		{"an unknown option with an end", []any{line + ":COLOUR:red", 10 * time.Second, "\n"}, 10 * time.Second, "ERROR: unknown option"},
		{"too long, without an end", []any{strings.Repeat("x", wire.MaxLine+1)}, 0, "ERROR: the line is longer"},
		{"of the longest, without an end", []any{strings.Repeat("x", wire.MaxLine)}, time.Minute, ""},
		{"no such match, without an end", []any{strings.Replace(line, "2011", "2012", 1)}, time.Second, "ERROR: match not found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, nil, func(t *testing.T, r *rig) {
				r.create(seed)
				r.post(seed, start)
				began := time.Now()
				w := r.watch("")
				for _, what := range c.says {
					if pause, ok := what.(time.Duration); ok {
						<-time.After(pause)
					} else {
						w.say(what.(string))
					}
				}
				got, err := w.frame()
				if took := time.Since(began); took != c.at {
					t.Errorf("something came after %v, want %v", took, c.at)
				}
				if c.want == "" && (len(got) > 0 || err != io.EOF) || !bytes.HasPrefix(got, []byte(c.want)) {
					t.Errorf("got %q, %v", got, err)
				}
				w.Close()
				r.stop()
				if n := r.gate.Refused.Handshake.Load(); c.want == "" && n != 1 {
					t.Errorf("%d failed handshakes were counted", n)
				}
			})
		})
	}
}

// TestDripping: who sends a byte now and then is not listened to for ever.
func TestDripping(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, r *rig) {
		began := time.Now()
		w := r.watch("")
		var err error
		for err == nil {
			_, err = io.WriteString(w, "V")
			<-time.After(700 * time.Millisecond)
		}
		if took := time.Since(began); took < time.Minute || took > time.Minute+2*time.Second {
			t.Errorf("closed after %v, want a minute", took)
		}
	})
}

// TestStopBeforeTheLine: who has not said anything yet does not hold up a
// node that stops, nor does one who has half a line or a whole without its end.
func TestStopBeforeTheLine(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, r *rig) {
		r.create(seed)
		var clients []*client
		for _, says := range []string{"", line[:20], line, line + ":SINCE:1"} {
			clients = append(clients, r.watch(says))
		}
		synctest.Wait()
		began := time.Now()
		r.stop()
		if took := time.Since(began); took != 0 {
			t.Errorf("stopping took %v", took)
		}
		for _, c := range clients {
			if got := c.rest(); len(got) > 0 {
				t.Errorf("got %q", got)
			}
		}
	})
}

func FuzzReadLine(f *testing.F) {
	for _, says := range []string{line + "\r\n", line + "\n", line, line + "\r", "", "\n", "\r\n", "\r",
		line + "\r\nand more\n", strings.Repeat("x", wire.MaxLine) + "\r\n", strings.Repeat("x", wire.MaxLine+1) + "\n",
		strings.Repeat("x", wire.MaxLine-1) + "\r\r\n", strings.Repeat("x", 2000), strings.Repeat("x", wire.MaxLine) + "\r\r\n"} {
		f.Add([]byte(says), uint16(1))
		f.Add([]byte(says), uint16(700))
	}
	f.Fuzz(func(t *testing.T, says []byte, piece uint16) {
		client, server := net.Pipe()
		defer server.Close()
		go func() {
			defer client.Close()
			for rest := says; len(rest) > 0; {
				n := min(int(piece)+1, len(rest))
				if _, err := client.Write(rest[:n]); err != nil {
					return
				}
				rest = rest[n:]
			}
		}()
		got, extra, err := gate.ReadLine(server, time.Minute, func() bool { return false })
		want, rest, ended := bytes.Cut(says, []byte("\n"))
		want = bytes.TrimSuffix(want, []byte("\r"))
		switch {
		case len(says) == 0:
			if err == nil {
				t.Fatalf("nothing was said, and taken for %q", got)
			}
		case err != nil:
			t.Fatal(err)
		case len(want) > wire.MaxLine:
			if _, err := wire.ParseConnect(got); err == nil || len(got) <= wire.MaxLine {
				t.Fatalf("a line of %d bytes was taken for one of %d", len(want), len(got))
			}
		case !bytes.Equal(got, want):
			t.Fatalf("got %q, want %q", got, want)
		case ended:
			server.SetReadDeadline(time.Now().Add(patience))
			if more, err := io.ReadAll(server); err != nil || len(extra)+len(more) != len(rest) {
				t.Fatalf("%d bytes came with the line and %d behind it, %v; want %d", len(extra), len(more), err, len(rest))
			}
		}
	})
}
