package top

import (
	"testing"
	"time"
)

func TestUnits(t *testing.T) {
	now := time.Unix(1000, 0)
	then := now.Add(-90 * time.Second)
	for _, c := range []struct{ got, want string }{
		{count(0), "0"}, {count(9999), "9999"}, {count(10_000), "10.0k"}, {count(12_345), "12.3k"}, {count(999_499), "999k"}, {count(999_500), "1.00M"},
		{count(1_234_567), "1.23M"}, {count(int64(75_000_000_000)), "75.0G"}, {count(2e15), "2000T"},
		{size(999), "999"}, {size(1000), "1.00k"}, {size(64 << 10), "65.5k"}, {size(9995), "10.0k"}, {size(99_950), "100k"},
		{rate(0, true), "0"}, {rate(0.16, true), "0.2"}, {rate(12.4, true), "12"}, {rate(1e5, true), "100k"}, {rate(5, false), "-"},
		{span(0), "0"}, {span(-1), "0"}, {span(1e-9), "1us"}, {span(340e-6), "340us"}, {span(0.99949e-3), "999us"}, {span(0.9995e-3), "1.00ms"},
		{span(0.0123), "12.3ms"}, {span(0.9996), "1.00s"}, {span(59), "59.0s"}, {span(60), "1m"}, {span(3600), "1h"}, {span(48 * 3600), "2d"},
		{age(nil, now), "-"}, {age(&then, now), "1m"}, {age(&now, then), "0s"},
		{percent(0.456, true), "46%"}, {percent(1, false), "-"},
		{plain("a\x1b[2Jb\n"), "a?[2Jb?"}, {plain("Müller"), "Müller"},
		{stream(0, false), "-"}, {stream(1e6, true), "1.00M"},
	} {
		if c.got != c.want {
			t.Errorf("%q, expected %q", c.got, c.want)
		}
	}
}

func TestWrapped(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 5, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 5, []string{"one", "two", "three"}},
		{"unbreakable", 5, []string{"unbr~"}},
		{"ä ö ü", 3, []string{"ä ö", "ü"}},
	} {
		got := wrapped(c.text, c.width)
		if len(got) != len(c.want) {
			t.Errorf("%q in %d: %q", c.text, c.width, got)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%q in %d: %q, expected %q", c.text, c.width, got, c.want)
			}
		}
	}
}
