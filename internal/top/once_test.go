package top

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"matchstream/internal/client"
)

// TestOnceText is in testdata; no line is wider than it may be.
func TestOnceText(t *testing.T) {
	for name, s := range map[string]*State{"one": oneNode(), "three": threeNodes()} {
		got := s.text(80)
		fits(t, name, got, 80, 0)
		golden(t, "once-"+name+".txt", got)
	}
}

func onceOptions(nodes ...*fake) Options {
	o := Options{Every: time.Millisecond, Sort: ByMemory, Limit: 7}
	for _, n := range nodes {
		o.Nodes = append(o.Nodes, n.Client)
	}
	return o
}

// TestOnce asks twice, so that there are rates, and prints why a node does not answer.
func TestOnce(t *testing.T) {
	a, b := newFake(t, "node-a"), newFake(t, "node-b")
	b.fail(true)
	var out strings.Builder
	if err := Once(t.Context(), onceOptions(a, b), &out, 80, func() time.Time { return noon }); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 of 2 answer", "1000", "no answer since 12:00:00 (0s): refused (403", "matches, by memory", "store, by memory", "gates\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("expected %q in\n%s", want, out.String())
		}
	}
	if len(a.asked) != 2 || a.last() != "limit=7&sort=memory" {
		t.Errorf("%q", a.asked)
	}
	out.Reset()
	if err := Once(t.Context(), onceOptions(b), &out, 80, time.Now); !errors.Is(err, ErrNoAnswer) || !strings.Contains(out.String(), "no answer") {
		t.Errorf("%v\n%s", err, out.String())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Once(ctx, onceOptions(a), &out, 80, time.Now); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestJSON is what was answered, and by whom.
func TestJSON(t *testing.T) {
	a, b := newFake(t, "node-a"), newFake(t, "node-b")
	b.fail(true)
	var out strings.Builder
	if err := JSON(t.Context(), onceOptions(a, b), &out); err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Admin, Error string
		Inside       *Snapshot
	}
	if err := json.Unmarshal([]byte(out.String()), &all); err != nil || len(all) != 2 {
		t.Fatal(err, out.String())
	}
	if all[0].Inside == nil || all[0].Inside.Node != "node-a" || all[0].Admin != a.Base || all[1].Inside != nil || !strings.Contains(all[1].Error, "403") {
		t.Errorf("%s", out.String())
	}
	if err := JSON(t.Context(), onceOptions(b), &out); !errors.Is(err, ErrNoAnswer) {
		t.Error(err)
	}
}

// TestAnotherServer that is none of ours is told as such.
func TestAnotherServer(t *testing.T) {
	a := newFake(t, "node-a")
	at, err := client.New(a.Base + "/debug/pprof/nothing")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ask(t.Context(), at, question{sort: ByLag}); err == nil || !strings.Contains(err.Error(), "expected JSON") {
		t.Error(err)
	}
	if at, err = client.New(a.Base + "/elsewhere"); err != nil {
		t.Fatal(err)
	}
	if _, err := ask(t.Context(), at, question{sort: ByLag}); err == nil || !strings.Contains(err.Error(), "expected the admin address of a MatchStream node") {
		t.Error(err)
	}
}
