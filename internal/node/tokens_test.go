package node_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"

	"matchstream/internal/auth"
)

// TestTokensReadAnew: a token that is taken out of the file is refused from the
// next SIGHUP on, one that is put in is taken; a file that cannot be read
// changes nothing, and the log says which line it is, not what stands there.
func TestTokensReadAnew(t *testing.T) {
	const ann, bob = "the-token-of-ann-at-the-ground", "the-token-of-bob-at-the-ground"
	c := config(t)
	c.Tokens = t.TempDir() + "/tokens"
	var said bytes.Buffer
	c.Log = slog.New(slog.NewTextHandler(&said, nil))
	file := func(text string) {
		t.Helper()
		if err := os.WriteFile(c.Tokens, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file(auth.Line("ann", ann, []string{"operator"}) + "\n")
	n := start(t, c)
	want := func(token string, want int) {
		t.Helper()
		if status, body := get(t, "http://"+n.HTTPAddr()+"/1/user/nobody", "Authorization", "Bearer "+token); status != want {
			t.Errorf("%s is answered %d %s, want %d", token, status, body, want)
		}
	}
	want(ann, http.StatusNotFound)
	want(bob, http.StatusUnauthorized)
	file(auth.Line("bob", bob, []string{"operator"}) + "\n")
	want(ann, http.StatusNotFound) // not before the signal
	n.Reload(t.Context())
	want(bob, http.StatusNotFound)
	want(ann, http.StatusUnauthorized)
	file("bob " + ann + " operator\n")
	n.Reload(t.Context())
	want(bob, http.StatusNotFound)
	if s := said.String(); !strings.Contains(s, "the tokens before hold on") || !strings.Contains(s, "line 1") || strings.Contains(s, ann) || strings.Contains(s, bob) {
		t.Errorf("the log says %s", s)
	}
	if err := os.Remove(c.Tokens); err != nil {
		t.Fatal(err)
	}
	n.Reload(t.Context())
	want(bob, http.StatusNotFound)
	if got := fmt.Sprint(strings.Count(said.String(), "level=ERROR")); got != "2" {
		t.Errorf("%s errors are logged: %s", got, &said)
	}
}
