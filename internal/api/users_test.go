package api

import (
	"context"
	"strings"
	"testing"

	"matchstream/internal/live"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// joined counts users into the match.
func (b *bench) joined(t *testing.T, users ...string) {
	t.Helper()
	m, err := b.options.Live.Match(t.Context(), seed)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range users {
		m.Joined([]byte(u))
	}
}

func TestForgetUser(t *testing.T) {
	s := &failing{Store: memory.New()}
	b := newBenchOver(t, s)
	b.kickOff(t)
	b.joined(t, "anna", "anna", "bob")
	b.options.Live.Close() // now they are in the store
	b = newBenchOver(t, s)
	ask := func(method, user string, status int, has string) {
		t.Helper()
		got := b.asOperator(t, method, "/1/user/"+user, "", status)
		b.validate(t, method, "/1/user/"+user, got)
		if !strings.Contains(string(got.body), has) {
			t.Errorf("%s %s: %s, want %s", method, user, got.body, has)
		}
	}
	ask("GET", "anna", 200, `"visits":2`)
	for _, c := range []struct {
		err    error
		status int
	}{{store.ErrUnavailable, 503}, {store.ErrUnknown, 504}} {
		s.with.Store(&c.err)
		b.joined(t, "anna")
		ask("DELETE", "anna", c.status, "")
		ask("DELETE", "anna", c.status, "") // it is not said to be done by a 404
		s.with.Store(nil)
	}
	b.joined(t, "anna")
	ask("DELETE", "anna", 204, "")
	ask("DELETE", "anna", 404, "never seen")
	ask("GET", "anna", 404, "never seen")
	ask("GET", "bob", 200, `"visits":1`)
}

func TestNoUsers(t *testing.T) {
	none, err := live.Open(context.Background(), memory.New(), live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer none.Close()
	b := newBench(t, func(o *Options) {
		o.Live.Close()
		o.Live = none
	})
	for _, method := range []string{"GET", "DELETE"} {
		got := b.asOperator(t, method, "/1/user/anna", "", 404)
		b.validate(t, method, "/1/user/anna", got)
		if !strings.Contains(string(got.body), "--users 0") {
			t.Errorf("%s: %s", method, got.body)
		}
	}
}
