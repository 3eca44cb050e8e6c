package gate_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// Who is sent off to even out the load comes back soon, however long a drain may take.
func TestShedComesBackSoon(t *testing.T) {
	onBoth(t, setting{drain: 100 * time.Hour}, func(t *testing.T, r *rig) {
		r.create(seed)
		w := r.watch(sseAsks)
		w.get(3)
		if n := r.pump.Shed(100, 0); n != 1 {
			t.Fatalf("%d are sent off", n)
		}
		got := w.get(1)[0]
		var millis int
		if _, err := fmt.Fscanf(bytes.NewReader(got), "retry: %d\n", &millis); err != nil || millis < 0 || millis > 2000 {
			t.Errorf("he is told %q", got)
		}
	})
}
