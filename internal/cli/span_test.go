package cli

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	for text, want := range map[string]struct {
		d    time.Duration
		back string
	}{
		"0": {0, "0"}, "0d": {0, "0"}, "30d": {720 * time.Hour, "30d"}, "720h": {720 * time.Hour, "30d"},
		"1d12h": {36 * time.Hour, "36h0m0s"}, "90m": {90 * time.Minute, "1h30m0s"},
	} {
		var s span
		if err := s.UnmarshalText([]byte(text)); err != nil || time.Duration(s) != want.d || s.String() != want.back {
			t.Errorf("%s is %v (%v), expected %s", text, s, err, want.back)
		}
	}
	for _, text := range []string{"", "d", "-5m", "30", "x", "-1d", "1d-3h", "1.5d", "2147483647d", "106751d24h", "1d1d", "1w"} {
		var s span
		if err := s.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken for %v", text, s)
		}
	}
}

// What --keep says is what the node is told.
func TestKeepIsPassed(t *testing.T) {
	c := serveCommand{Keep: span(30 * day)}
	if config, _ := c.config(func(string) string { return "flag" }); config.Keep != 720*time.Hour {
		t.Errorf("the node is to keep matches for %v", config.Keep)
	}
}

func FuzzSpan(f *testing.F) {
	for _, text := range []string{"0", "30d", "1d12h", "720h"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s, again span
		if s.UnmarshalText([]byte(text)) != nil {
			return
		}
		if err := again.UnmarshalText([]byte(s.String())); err != nil || again != s {
			t.Fatalf("%q is %v, and that is %v (%v)", text, s, again, err)
		}
	})
}
