package fleet

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// The exchange that took the shortest is believed, and it is right within half of that.
func TestCompare(t *testing.T) {
	now, i := time.Unix(1_790_000_000, 0), 0
	ways := [][2]time.Duration{{30, 10}, {2, 1}, {90, 90}, {5, 5}, {8, 1}, {1, 9}, {7, 7}, {6, 3}} // there, back; ms
	got, err := compare(func() time.Time { return now }, func() (time.Time, error) {
		now = now.Add(ways[i][0] * time.Millisecond)
		there := now.Add(5 * time.Second)
		now = now.Add(ways[i][1] * time.Millisecond)
		i++
		return there, nil
	})
	if want := (offset{5*time.Second + 500*time.Microsecond, 1500 * time.Microsecond}); err != nil || got != want {
		t.Errorf("%v, %v; expected %v", got, err, want)
	}
	if _, err := compare(time.Now, func() (time.Time, error) { return time.Time{}, errors.New("gone") }); err == nil {
		t.Error("no answer is no error")
	}
}

func TestDoubt(t *testing.T) {
	const ms = time.Millisecond
	for want, c := range map[string][2]offset{
		"":                                    {{5 * ms, ms / 10}, {5*ms + ms/2, ms / 10}},
		"to better than 3ms":                  {{5 * ms, 3 * ms}, {6 * ms, 3 * ms}},
		"5ms ahead at the beginning and -9ms": {{5 * ms, ms}, {-9 * ms, ms}},
	} {
		if got := doubt("agent a:1", c[0], c[1]); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%q, expected %q", got, want)
		}
	}
}
