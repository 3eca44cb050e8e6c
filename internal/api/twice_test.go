package api

import (
	"strings"
	"testing"
)

func TestTwice(t *testing.T) {
	for in, want := range map[string]string{
		`{}`: "",
		`{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}`:            "",
		`{"a":1e999,"a":"x"}`:                                  ".a",
		`{"a":1,"\u0061":2}`:                                   ".a",
		`{"x-y":{"b":[0,[],{"c":"c","d":[],"c":1}]}}`:          ".x-y.b[2].c",
		`{"home_players":[{"number":1},{"name":"","name":0}]}`: ".home_players[1].name",
		`[{"a":1},{"a":1,"a":1}]`:                              "[1].a",
		`"a"`:                                                  "",
		strings.Repeat("[", 9999) + strings.Repeat("]", 9999):  "",
	} {
		if got := twice([]byte(in)); got != want {
			t.Errorf("%.60s: got %q, want %q", in, got, want)
		}
	}
}
