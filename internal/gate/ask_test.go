package gate_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// FuzzAsk: whatever a stream's address says is understood as it would be on a
// line, or refused once and with a reason; nothing is half understood.
func FuzzAsk(f *testing.F) {
	for _, query := range []string{"", "since=3", "since=17-k3f9a2&user=ana", "since=", "since=-1", "since=%zz", "user=a%3Ab", "user=%00", "a;b", "since=1&since=x", "&&=&"} {
		f.Add(query, "", seed)
	}
	f.Add("since=1", "2-k3f9a2", seed)
	f.Add("", "yesterday", seed)
	f.Add("", "", "../"+seed)
	r := newRig(f, setting{})
	r.create(seed)
	f.Fuzz(func(t *testing.T, query, position, id string) {
		q := httptest.NewRequest("GET", "/1/match/x/stream", nil)
		q.URL.RawQuery = query
		q.SetPathValue("id", id)
		w := httptest.NewRecorder()
		user, since, ok := r.gate.Ask(w, q, position)
		if ok == (w.Body.Len() > 0) {
			t.Fatalf("%q, %q, %q: understood %v, answered %d %s", query, position, id, ok, w.Code, w.Body)
		}
		if !ok {
			if w.Code != http.StatusUnprocessableEntity && (id == seed || w.Code != http.StatusNotFound) {
				t.Errorf("%q, %q, %q: %d %s", query, position, id, w.Code, w.Body)
			}
			return
		}
		values, err := url.ParseQuery(query)
		if position == "" {
			position = values.Get("since")
		}
		want, wrong := match.ParsePosition(position)
		if err != nil || wire.CheckUser(user) != nil || user != values.Get("user") || id != seed {
			t.Errorf("%q, %q: taken, user %q (%v)", query, id, user, err)
		}
		if (since != nil) != (position != "") || since != nil && (wrong != nil || *since != want) {
			t.Errorf("%q, %q: since %v, want %v (%v)", query, position, since, want, wrong)
		}
	})
}
