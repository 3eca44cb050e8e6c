package gate_test

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"matchstream/internal/match"
	"matchstream/matches"
)

// protocol is how a watcher asks, and what comes before the match.
type protocol struct {
	name string
	head func(resumes bool) int // frames that are no events
	asks func(since string) string
}

var protocols = []protocol{
	{"tcp", func(bool) int { return 0 }, func(since string) string { return line + options(since, "") + "\n" }},
	{"tcp with ids", func(bool) int { return 0 }, func(since string) string { return line + options(since, ":IDS:on") + "\n" }},
	{"sse", func(bool) int { return 2 }, func(since string) string {
		return strings.Replace(sseAsks, httpEnd, query(since)+httpEnd, 1)
	}},
	{"sse with Last-Event-ID", func(bool) int { return 2 }, func(since string) string {
		if since == "" {
			return sseAsks
		}
		return strings.Replace(sseAsks, "\r\n\r\n", "\r\nLast-Event-ID: "+since+"\r\n\r\n", 1)
	}},
	{"ws", func(bool) int { return 1 }, func(since string) string {
		return strings.Replace(wsAsks, "/ws", "/ws"+query(since), 1)
	}},
}

func options(since, more string) string {
	if since != "" {
		more += ":SINCE:" + since
	}
	return more
}

func query(since string) string {
	if since == "" {
		return ""
	}
	return "?since=" + url.QueryEscape(since)
}

// seedLines are what is posted: the real match, with a cancel, an amend and a
// comment between, up to its last line, the stop, which is left out.
func seedLines(t *testing.T) (lines []string) {
	t.Helper()
	f, err := matches.FS.Open(seed + ".ndjson")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	timeline, err := match.ReadTimeline(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range timeline.Lines[:len(timeline.Lines)-1] {
		lines = append(lines, string(l.Body))
	}
	between := []string{`{"kind":"cancel","ref":2,"reason":"offside"}`, `{"kind":"amend","ref":3,"minute":"19"}`, `{"kind":"cancel","ref":7}`}
	return append(lines[:8:8], append(between, lines[8:]...)...)
}

// TestResumeFromEveryPosition: on every protocol, at every moment of a match,
// exactly the events behind a position come, in the bytes that those got who
// had been there all the time.
func TestResumeFromEveryPosition(t *testing.T) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, setting{})
			r.create(seed)
			lines := seedLines(t)
			epoch := r.match(seed).View().Info.Epoch

			// One who was there from before the start. after[i] is what comes
			// behind event i's own frame.
			w := r.watch(p.asks(""))
			w.get(p.head(false) + 1)
			var all []byte
			after := []int{0} // where it begins in all
			for _, body := range append(lines, `{"kind":"abandon","reason":"rain"}`) {
				request, err := match.ParseRequest([]byte(body))
				if err != nil {
					t.Fatal(err)
				}
				r.post(seed, body)
				all = append(all, w.get(1)[0]...)
				after = append(after, len(all))
				if request.Kind.RefreshesPicture() {
					all = append(all, w.get(1)[0]...)
				}
				if len(after) == 12 { // in the middle: the cancels are behind
					resumeEverywhere(t, r, p, epoch, all, after, false)
				}
			}
			end := w.rest()
			all = append(all, end...)
			resumeEverywhere(t, r, p, epoch, all, after, true)

			// What is stored after the end comes to those who resume, and at
			// the position of the abandon the status that follows comes first.
			body := `{"kind":"comment","comment":"Everybody is safe."}`
			last := r.post(seed, body)
			w = r.watch(p.asks(fmt.Sprint(last.ID - 1)))
			w.get(p.head(true))
			got := w.rest()
			status := all[after[len(after)-1] : len(all)-len(end)]
			if !bytes.HasPrefix(got, status) || !bytes.Contains(got[len(status):], []byte("Everybody is safe.")) || !bytes.HasSuffix(got, end) {
				t.Errorf("behind the abandon came %q", got)
			}
		})
	}
}

// resumeEverywhere resumes from all positions there are.
func resumeEverywhere(t *testing.T, r *rig, p protocol, epoch string, all []byte, after []int, over bool) {
	t.Helper()
	for id := range after {
		for _, position := range []string{match.Position{ID: int64(id), Epoch: epoch}.String(), fmt.Sprint(id)} {
			w := r.watch(p.asks(position))
			want := all[after[id]:]
			if over && id == len(after)-1 && strings.HasPrefix(p.name, "sse") {
				if got := string(w.get(1)[0]); !strings.HasPrefix(got, "HTTP/1.1 204 ") {
					t.Errorf("at the end, from %s, came %q", position, got)
				}
				w.Close()
				continue
			}
			w.get(p.head(true))
			var got []byte
			if over {
				got = w.rest()
			} else {
				for len(got) < len(want) {
					got = append(got, w.get(1)[0]...)
				}
				w.Close()
			}
			if !bytes.Equal(got, want) {
				t.Fatalf("from %s\ngot  %q\nwant %q", position, got, want)
			}
		}
	}
}
