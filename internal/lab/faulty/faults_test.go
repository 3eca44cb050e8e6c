package faulty

import (
	"slices"
	"testing"

	"matchstream/internal/lab"
)

// Each deed looks to a client as it should, hits every second watcher and no other, and
// is counted.
func TestDeeds(t *testing.T) {
	right := []string{"0 status", "1 start", "2 two", "3 three", "4 four", "5 stop", "END"}
	for deed, want := range map[Deed][]string{
		Drop:      {"0 status", "1 start", "2 two", "4 four", "5 stop", "END"},
		Double:    {"0 status", "1 start", "2 two", "3 three", "3 three", "4 four", "5 stop", "END"},
		Reorder:   {"0 status", "1 start", "2 two", "4 four", "3 three", "5 stop", "END"},
		Cut:       {"0 status", "1 start", "2 two", "cut"},
		CutOn:     {"0 status", "1 start", "2 two", "malformed"},
		Garbage:   {"0 status", "1 start", "2 two", "malformed"},
		Stray:     {"0 status", "1 start", "2 two", "3 of another match of another", "4 four", "5 stop", "END"},
		HangUp:    {"0 status", "1 start", "2 two", "end"},
		Break:     {"0 status", "1 start", "2 two", "reset"},
		Stall:     {"0 status", "1 start", "2 two"},
		NoStatus:  {"1 start", "2 two", "3 three", "4 four", "5 stop", "END"},
		NoStop:    {"0 status", "1 start", "2 two", "3 three", "4 four", "END"},
		StaysOpen: {"0 status", "1 start", "2 two", "3 three", "4 four", "5 stop"},
	} {
		for _, via := range protocols {
			s := start(t, Fault{Do: deed, Event: 3, Watchers: 2})
			looks := make([]*look, 3)
			for i := range looks {
				var err error
				if looks[i], err = watch(t, s, via, "", ""); err != nil {
					t.Fatal(err)
				}
				if err := s.Await(t.Context(), int64(i+1)); err != nil {
					t.Fatal(err)
				}
			}
			happen(t, s, "start", "two", "three", "four", "stop")
			for i, l := range looks {
				want := slices.Clone(want)
				if i != 1 {
					want = slices.Clone(right)
				}
				if n := len(want) - 1; want[n] == "END" {
					want[n] = map[lab.Protocol]string{lab.TCP: "end", lab.SSE: "end", lab.WebSocket: "closed 1000"}[via]
				}
				if got := l.all(s, len(want)); !slices.Equal(short(got, via), short(want, via)) {
					t.Errorf("%s, %s, watcher %d: %q, expected %q", deed, via, i+1, got, want)
				}
			}
			if err := s.AwaitDone(t.Context(), deed, 1); err != nil {
				t.Fatal(err)
			}
			if r := s.Record(); r.Done[deed] != 1 || len(r.Done) != 1 {
				t.Errorf("%s, %s: it says that it has done %v", deed, via, r.Done)
			}
			s.Close()
		}
	}
	if len(Deeds) != 13 {
		t.Errorf("%d deeds", len(Deeds))
	}
}

// One watcher alone may be hit, by a frame cut wherever that is wished.
func TestOnly(t *testing.T) {
	for n, want := range map[int]string{0: "cut", 1: "cut", 20: "cut", 1 << 20: "cut"} {
		s := start(t, Fault{Do: Cut, Event: 1, Bytes: n, Only: 1, Watchers: 2})
		for i, want := range []string{want, "1 one"} {
			l, err := watch(t, s, lab.TCP, "", "0")
			if err == nil {
				err = s.Await(t.Context(), int64(i+1))
			}
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				happen(t, s, "one")
			}
			if got := l.next(s); got != want {
				t.Errorf("%d bytes, watcher %d: %s, expected %s", n, i+1, got, want)
			}
		}
	}
}

// short leaves out how a WebSocket client says that he was hung up on.
func short(seen []string, via lab.Protocol) []string {
	if n := len(seen) - 1; via == lab.WebSocket && (seen[n] == "cut" || seen[n] == "end" || seen[n] == "reset") {
		return append(slices.Clone(seen[:n]), "hung up")
	}
	return seen
}
