package lab

import (
	"slices"
	"strings"
	"testing"
)

func TestExpected(t *testing.T) {
	all, err := ParseExpected("complete.p99<500ms, errors=0, canary.max <= 2s,users>=64k")
	if err != nil {
		t.Fatal(err)
	}
	f := Figures{"complete.p99": 0.612, "canary.max": 2, "users": 63999}
	if got, want := Unmet(all, f), []string{"complete.p99<500ms: 612ms", "users>=64k: 63999"}; !slices.Equal(got, want) {
		t.Errorf("%q, expected %q", got, want)
	}
	f["errors"], f["users"], f["complete.p99"] = 1, 64000, 0.4999
	if got, want := Unmet(all, f), []string{"errors=0: 1"}; !slices.Equal(got, want) {
		t.Errorf("%q, expected %q", got, want)
	}
	delete(f, "canary.max") // what is not measured does not hold
	if got := Unmet(all, f); len(got) != 2 || !strings.Contains(got[1], "not measured") {
		t.Errorf("%q", got)
	}
}

func TestNotExpected(t *testing.T) {
	for text, want := range map[string]string{
		"": "expected a figure", "errors": "expected a figure", "<3": "expected a figure", "eror=0": `no figure "eror"`,
		"errors=none": "expected a number", "complete.p99<500": "expected a duration", "errors=0,": "expected a figure", "errors<>3": "expected a number",
		"errors.cutoff=0": `no figure "errors.cutoff"`, "own.port=0": "no figure", "latency.p98<1s": "no figure", "latency.p99.max<1s": "no figure", "http.p98<1s": "no figure",
		"http.errors.status-1=0": "no figure", "users.x=3": "no figure", "latency=1": "no figure",
	} {
		if _, err := ParseExpected(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, expected %s", text, err, want)
		}
	}
}

func FuzzExpected(f *testing.F) {
	f.Add("complete.p99<500ms, errors=0")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := ParseExpected(text)
		if err == nil && len(all) == 0 {
			t.Error("neither an error nor anything")
		}
		Unmet(all, Figures{"errors": 1})
	})
}

// What is counted by a name that only shows later can be expected beforehand.
func TestKnownFigures(t *testing.T) {
	for _, text := range []string{"errors.cut-off=0", "errors.status-503=0", "errors.canary=0", "own.ports=0", "http.checkin.p50<1s", "http.errors.timed-out=0",
		"http.requests=3", "http.put.max<1s", "canary.errors=0", "timers.operator.p99<1s", "server.cpu<3", "generator.run-delay<1", "connect.mean<1s"} {
		if _, err := ParseExpected(text); err != nil {
			t.Error(err)
		}
	}
}
