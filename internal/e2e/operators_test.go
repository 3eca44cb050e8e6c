package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"matchstream/internal/auth"
)

// TestTwoHundredOperators has 200 requests at once on one match: half of them
// are repeats with the same key, some come with If-Match. The ids are dense,
// nothing is there twice, and who loses is told why.
func TestTwoHundredOperators(t *testing.T) {
	n := start(t, config(t))
	o := operatorOf(n)
	id := o.createSeed(t, "2026-01-01")
	first := o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", startBody())
	position := decodeObject(t, first.body).Position

	answers := make([]answer, 200)
	var begin, requests sync.WaitGroup
	begin.Add(1)
	for i := range answers {
		pair := i / 2 // two requests have the same key and body
		body := fmt.Sprintf(`{"kind":"comment","comment":"request %d"}`, pair)
		header := []string{"Idempotency-Key", fmt.Sprintf("key-%d", pair)}
		if pair%5 == 0 {
			header = append(header, "If-Match", `"`+position+`"`)
		}
		requests.Go(func() {
			begin.Wait()
			var err error
			if answers[i], err = o.ask("POST", "/1/match/"+id+"/events", body, header...); err != nil {
				t.Error(err)
			}
		})
	}
	begin.Done()
	requests.Wait()

	stored, refused := map[string]int64{}, 0
	for i, a := range answers {
		pair, other := i/2, answers[i^1]
		conditional := pair%5 == 0
		switch a.status {
		case http.StatusCreated:
			if other.status == http.StatusCreated && other.body != a.body {
				t.Errorf("a repeat was answered %s, the first was %s", a.body, other.body)
			}
			stored[fmt.Sprintf("request %d", pair)] = decodeObject(t, a.body).ID
		case http.StatusPreconditionFailed:
			refused++
			if !conditional {
				t.Errorf("412 without an If-Match: %s", a.body)
			}
			if !strings.Contains(a.body, `"position":"`) {
				t.Errorf("412 does not tell the present position: %s", a.body)
			}
		default:
			t.Errorf("request %d: %d %s", i, a.status, a.body)
		}
		// Only what succeeded is remembered: both of a pair succeed, or the
		// condition failed for both. (For the first of all, one may have come
		// when the position still held; its repeat then gets the same answer.)
		if a.status != other.status {
			t.Errorf("a pair was answered %d and %d", a.status, other.status)
		}
	}
	if refused == 0 {
		t.Error("nobody lost, though twenty wanted to be the next")
	}
	events := o.history(t, id)
	if len(events) != len(stored)+1 {
		t.Errorf("%d events are stored, %d were acknowledged", len(events), len(stored)+1)
	}
	for i, e := range events {
		if e.ID != int64(i+1) {
			t.Fatalf("event %d of the history has id %d", i+1, e.ID)
		}
	}
}

// TestKeysOfOthers: a key used by another token, or for another match, meets
// nothing of the first.
func TestKeysOfOthers(t *testing.T) {
	c := config(t)
	c.OperatorToken = ""
	c.Tokens = filepath.Join(t.TempDir(), "tokens")
	var file strings.Builder
	for _, name := range []string{"ann", "bob"} {
		hash := auth.Hash(token(name))
		fmt.Fprintf(&file, "%s sha256:%s operator\n", name, hash)
	}
	if err := os.WriteFile(c.Tokens, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	n := start(t, c)
	ann, bob := operatorOf(n), operatorOf(n)
	ann.token, bob.token = token("ann"), token("bob")
	one, two := ann.createSeed(t, "2026-01-01"), ann.createSeed(t, "2026-01-02")

	post := func(o operator, id, comment string, status int) string {
		return o.must(t, status, "POST", "/1/match/"+id+"/events",
			`{"kind":"comment","comment":"`+comment+`"}`, "Idempotency-Key", "the same").body
	}
	first := post(ann, one, "first", http.StatusCreated)
	if again := post(ann, one, "first", http.StatusCreated); again != first {
		t.Errorf("the repeat was answered %s, the first %s", again, first)
	}
	post(ann, one, "another body", http.StatusUnprocessableEntity)
	if other := post(bob, one, "first", http.StatusCreated); decodeObject(t, other).ID != 2 {
		t.Errorf("another token's request met the first's: %s", other)
	}
	if other := post(ann, two, "first", http.StatusCreated); decodeObject(t, other).ID != 1 {
		t.Errorf("another match's request met the first's: %s", other)
	}
	if events := ann.history(t, one); len(events) != 2 {
		t.Errorf("%d events, want 2", len(events))
	}
}

func token(name string) string { return "the-token-of-" + name + "-in-these-tests" }
