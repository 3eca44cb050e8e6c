package match

import (
	"bytes"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"matchstream/matches"
)

// timelines calls test for each timeline that is shipped.
func timelines(t *testing.T, test func(t *testing.T, text []byte, timeline Timeline)) {
	n := 0
	err := fs.WalkDir(matches.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		text, err := matches.FS.ReadFile(path)
		if err != nil {
			return err
		}
		t.Run(path, func(t *testing.T) {
			timeline, err := ReadTimeline(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if path[strings.LastIndex(path, "/")+1:] != timeline.ID()+".ndjson" {
				t.Errorf("the file's match is %s", timeline.ID())
			}
			test(t, text, timeline)
		})
		return nil
	})
	if err != nil || n != 129 {
		t.Fatalf("%d timelines, %v", n, err)
	}
}

// play sends a timeline through Check, at the given speed.
func playTimeline(t *testing.T, tl Timeline, speed float64) State {
	t.Helper()
	s := New(tl.Home.ID, tl.Visit.ID, speed)
	for i, l := range tl.Lines {
		r, err := ParseRequest(l.Body)
		if err != nil {
			t.Fatalf("event %d: %v", i+1, err)
		}
		if !reflect.DeepEqual(r, l.Request) {
			t.Fatalf("event %d: body and request differ", i+1)
		}
		e, next, err := Check(s, r, kickoff+int64(float64(l.At)/speed), "test")
		if err != nil {
			t.Fatalf("event %d %s: %v", i+1, l.Body, err)
		}
		if e.Forced {
			t.Errorf("event %d was forced", i+1)
		}
		if s, err = Apply(s, e); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(s, next) {
			t.Fatalf("event %d: Check and Apply differ", i+1)
		}
	}
	return s
}

const kickoff = 1_790_000_000_000

func TestTimelinesEndAsRecorded(t *testing.T) {
	timelines(t, func(t *testing.T, text []byte, tl Timeline) {
		s := playTimeline(t, tl, 1)
		if got := s.Result(); s.Period != Ended || tl.Result == nil || got != *tl.Result {
			t.Errorf("ended %v in period %s, the record says %v", got, s.Period, tl.Result)
		}
		var b bytes.Buffer
		if err := WriteTimeline(&b, tl); err != nil {
			t.Fatal(err)
		}
		if b.String() != string(text) {
			t.Errorf("written again: %s\nwas: %s", b.Bytes(), text)
		}
	})
}
