package embedded

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"matchstream/internal/store"
)

// TestKill kills a process that appends, again and again, at random moments.
// Each record that was acknowledged is there afterwards, once, in order, and
// at most one more.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	acked, mark := int64(0), store.Mark(0)
	for round := range 10 {
		c := child(t, "append", dir)
		out := lines(t, c)
		for range 1 + rand.IntN(150) {
			if !out.Scan() {
				t.Fatalf("round %d: the child ended", round)
			}
			scanAck(t, out.Text(), &acked, &mark)
		}
		kill(t, c, out, func(line string) { scanAck(t, line, &acked, &mark) })
		s := open(t, dir)
		records, err := s.Read(t.Context(), key, 1)
		if err != nil {
			t.Fatal(err)
		}
		if extra := int64(len(records)) - acked; extra < 0 || extra > 1 {
			t.Fatalf("round %d: %d records were acknowledged, %d are there", round, acked, len(records))
		}
		for i, r := range records {
			if r.Number != int64(i+1) || string(r.Data) != payload(r.Number) {
				t.Fatalf("round %d: record %d is number %d, %.40q", round, i+1, r.Number, r.Data)
			}
		}
		if records[acked-1].Mark != mark {
			t.Fatalf("round %d: record %d has mark %d, acknowledged with %d", round, acked, records[acked-1].Mark, mark)
		}
		acked, mark = int64(len(records)), records[len(records)-1].Mark
		closed(t, s)
	}
}

func scanAck(t *testing.T, line string, number *int64, mark *store.Mark) {
	t.Helper()
	before := *number
	if _, err := fmt.Sscanf(line, "acked %d %d", number, mark); err != nil {
		return // a line that the kill cut off
	}
	if *number != before+1 {
		t.Fatalf("record %d was acknowledged after %d", *number, before)
	}
}
