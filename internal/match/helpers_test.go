package match

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// kickoff is when the tests' matches start, in Unix milliseconds.
const kickoff = 1_790_000_000_000

// squad is a line-up of eleven as a request has it: numbers 1 to 11, named
// with a letter before the number (H1, V1).
func squad(letter string) string {
	var b strings.Builder
	for n := 1; n <= 11; n++ {
		fmt.Fprintf(&b, `,{"number":%d,"name":"%s%d"}`, n, letter, n)
	}
	return "[" + b.String()[1:] + "]"
}

var begin = `{"kind":"start","home_players":` + squad("H") + `,"visit_players":` + squad("V") + `}`

// send checks one body and applies what comes of it. It may begin with the
// minutes since kick-off at which it comes ("12.5 {…}"); a word stands for a
// body of that kind and nothing else, except that start has line-ups.
func send(t *testing.T, s State, body string) (Event, State, error) {
	t.Helper()
	at := s.LastTimestamp
	if at == 0 {
		at = kickoff
	}
	if minutes, rest, ok := strings.Cut(body, " "); ok {
		if m, err := strconv.ParseFloat(minutes, 64); err == nil {
			at, body = kickoff+int64(m*60_000), rest
		}
	}
	switch {
	case body == "start":
		body = begin
	case !strings.HasPrefix(body, "{"):
		body = `{"kind":"` + body + `"}`
	}
	r, err := ParseRequest([]byte(body))
	if err != nil {
		return Event{}, s, err
	}
	e, next, err := Check(s, r, at, "bench")
	if err != nil {
		return e, next, err
	}
	var stored bytes.Buffer
	to := json.NewEncoder(&stored)
	to.SetEscapeHTML(false)
	if err := to.Encode(e); err != nil {
		t.Fatal(err)
	}
	var back Event
	if err := json.Unmarshal(stored.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, e) {
		t.Fatalf("%s changes on its way through the journal: %+v", &stored, e)
	}
	applied, err := Apply(s, back)
	if err != nil {
		t.Fatalf("Check took %s, Apply does not: %v", body, err)
	}
	if !reflect.DeepEqual(applied, next) {
		t.Fatalf("%s: Check and Apply make different matches", body)
	}
	return e, applied, nil
}

// after is a match at speed 1 after these bodies, all of which must be taken.
func after(t *testing.T, bodies ...string) State {
	t.Helper()
	return at(t, 1, bodies...)
}

func at(t *testing.T, speed float64, bodies ...string) State {
	t.Helper()
	s := New("elp", "tig", speed)
	for _, body := range bodies {
		var err error
		if _, s, err = send(t, s, body); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
	}
	return s
}

// wants compares an error with a reason and parts of its text; "" is none.
func wants(t *testing.T, err error, reason Reason, parts ...string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("no *Error but %v, wanted %q", err, parts)
	}
	if e.Reason != reason {
		t.Errorf("reason %d of %q, wanted %d", e.Reason, e, reason)
	}
	for _, part := range parts {
		if !strings.Contains(e.Error(), part) {
			t.Errorf("error %q does not say %q", e, part)
		}
	}
	if strings.HasSuffix(e.Message, ".") {
		t.Errorf("error %q ends with a full stop", e)
	}
}

func numbers(players []Player) []int {
	list := []int{}
	for _, p := range players {
		list = append(list, p.Number)
	}
	return list
}

func wantNumbers(t *testing.T, what string, players []Player, want ...int) {
	t.Helper()
	if want == nil {
		want = []int{}
	}
	if got := numbers(players); !slices.Equal(got, want) {
		t.Errorf("%s: %v, wanted %v", what, got, want)
	}
}
