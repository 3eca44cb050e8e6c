package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"testing"

	"matchstream/internal/store/memory"
	"matchstream/matches"
)

// TestFirstViewIsLight: all that the first view of a match needs, a finished
// one of 120 events, is below 60 kB as it goes over the wire.
func TestFirstViewIsLight(t *testing.T) {
	const most = 60_000
	w := newWorld(t, memory.New())
	tl := timeline(t, matches.Final2022)
	id := w.play(matches.Final2022, len(tl.Lines)-1)
	for i := len(tl.Lines); i < 120; i++ { // the record has no throw-ins
		w.post(id, fmt.Sprintf(`{"kind":"comment","minute":"119","comment":"What is told of moment %d, in a sentence or two as people write them."}`, i))
	}
	w.post(id, string(tl.Lines[len(tl.Lines)-1].Body))
	sum, seen := 0, map[string]bool{}
	var weigh func(path string)
	weigh = func(path string) {
		if seen[path] {
			return
		}
		seen[path] = true
		body := w.get(path).Body.Bytes()
		n := packed(t, body)
		sum += n
		t.Logf("%6d %s", n, path)
		for _, linked := range linked.FindAll(body, -1) {
			weigh(string(linked))
		}
	}
	weigh("/match/" + id)
	if sum > most {
		t.Errorf("the first view weighs %d bytes in %d answers, more than %d", sum, len(seen), most)
	}
	t.Logf("%6d in %d answers", sum, len(seen))
}

func packed(t *testing.T, b []byte) int {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}
