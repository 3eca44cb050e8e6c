package wire

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"matchstream/internal/match"
)

var files = [Formats]string{TCP: "tcp", TCPIDs: "tcp-ids", SSE: "sse", WebSocket: "ws"}

// TestGolden shows every frame in every format, byte for byte.
func TestGolden(t *testing.T) {
	for f := range Formats {
		t.Run(files[f], func(t *testing.T) {
			var out bytes.Buffer
			show := func(title string, frame []byte) {
				out.WriteString("-- " + title + " --\n")
				if f == WebSocket {
					out.WriteString(visibleFrames(t, frame))
				} else {
					out.WriteString(visible(frame))
				}
				if !utf8.Valid(frame) && f != WebSocket {
					t.Errorf("%s: not valid UTF-8", title)
				}
			}
			for _, c := range standings() {
				show("status: "+c.name, AppendStatus(f, nil, c.view, c.resumed))
			}
			for _, c := range every() {
				show(c.name, AppendEvent(f, nil, c.event, epoch))
			}
			// A change of the picture is followed by the status of the same position.
			for _, k := range []match.Kind{match.Cancel, match.Amend, match.Abandon} {
				period, ref := match.Last, int64(3)
				if k == match.Abandon {
					period, ref = match.Ended, 0
				}
				v := view(21, period, func(v *match.View) { v.State.Abandoned = k == match.Abandon })
				b := AppendEvent(f, nil, match.Event{ID: 21, Timestamp: at, Kind: k, Details: match.Details{Ref: ref}}, epoch)
				show(string(k)+" and the status that follows", AppendStatus(f, b, v, true))
			}
			for _, why := range []Goodbye{Ended, Deleted, Draining, TooSlow, Moved} {
				show("farewell: "+why.String(), Farewell(f, why, "elp-tig-2011-09-10", 1234))
			}
			show("heartbeat", Heartbeat(f))
			compare(t, files[f]+".golden", out.Bytes())
		})
	}
}

// TestAppends: what is in the buffer already stays, and both calls of a
// format give the same bytes behind it.
func TestAppends(t *testing.T) {
	before := []byte("before")
	for f := range Formats {
		for _, c := range every() {
			alone := AppendEvent(f, nil, c.event, epoch)
			if got, want := string(AppendEvent(f, before, c.event, epoch)), "before"+string(alone); got != want {
				t.Errorf("%d %s: got %q, want %q", f, c.name, got, want)
			}
		}
		for _, c := range standings() {
			alone := AppendStatus(f, nil, c.view, c.resumed)
			if got, want := string(AppendStatus(f, before, c.view, c.resumed)), "before"+string(alone); got != want {
				t.Errorf("%d %s: got %q, want %q", f, c.name, got, want)
			}
		}
	}
}

// TestEncodedOnce: the object encoded once makes the frames of both formats.
func TestEncodedOnce(t *testing.T) {
	for _, c := range every() {
		object := EventJSON(c.event, epoch)
		for _, f := range []Format{SSE, WebSocket} {
			got := AppendJSON(f, nil, match.Position{ID: c.event.ID, Epoch: epoch}, c.event.Kind, object)
			if want := AppendEvent(f, nil, c.event, epoch); !bytes.Equal(got, want) {
				t.Errorf("%v %s: got %q, want %q", f, c.name, got, want)
			}
		}
	}
}

func TestFormatNames(t *testing.T) {
	for f, want := range [Formats]string{"tcp", "tcp", "sse", "ws"} {
		if got := Format(f).String(); got != want {
			t.Errorf("%d: got %q, want %q", f, got, want)
		}
	}
}
