package node_test

import (
	"bytes"
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"matchstream/internal/auth"
	"matchstream/internal/node"
)

const annsText = "the-token-of-ann-at-the-ground"

// rig is a node whose log is read, and whose tokens file is written.
type rig struct {
	*testing.T
	node.Config
	*node.Node
	said said
}

// said is what is logged, by whatever goroutine.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func newRig(t *testing.T) *rig {
	r := &rig{T: t, Config: config(t)}
	r.Log = slog.New(slog.NewTextHandler(&r.said, nil))
	return r
}

func (r *rig) start() { r.Node = start(r.T, r.Config) }

func (r *rig) stop() {
	r.Helper()
	if err := r.Shutdown(context.Background()); err != nil {
		r.Fatal(err)
	}
}

func (r *rig) file(lines ...string) {
	r.Helper()
	r.Tokens = cmp.Or(r.Tokens, filepath.Join(r.TempDir(), "tokens"))
	if err := os.WriteFile(r.Tokens, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		r.Fatal(err)
	}
}

// first is the text of the token in the data folder; "": there is none.
func (r *rig) first() string {
	text, _ := os.ReadFile(filepath.Join(r.Data, auth.TextFile))
	return strings.TrimSpace(string(text))
}

func (r *rig) holds(token string, want bool) {
	r.Helper()
	status, body := get(r.T, "http://"+r.HTTPAddr()+"/1/user/nobody", "Authorization", "Bearer "+token)
	if held := status == http.StatusNotFound; held != want || !held && status != http.StatusUnauthorized {
		r.Errorf("a token is answered %d %s, want it to hold: %t", status, body, want)
	}
}

// TestALineTakenOutIsATokenRevoked: a line for operator replaces the token of
// the first start; when it is taken out neither holds, nor after a start.
func TestALineTakenOutIsATokenRevoked(t *testing.T) {
	r := newRig(t)
	r.start()
	first := r.first()
	r.holds(first, true)
	r.stop()
	bench := auth.Line("bench", "the-text-of-the-bench", []string{"edge"})
	r.file(bench)
	r.start()
	r.holds(first, true) // nobody has taken it back
	r.file(auth.Line("operator", annsText, []string{"operator"}), bench)
	r.Reload(t.Context())
	r.holds(annsText, true)
	r.holds(first, false)
	r.file(bench)
	r.Reload(t.Context())
	r.holds(annsText, false)
	r.holds(first, false)
	r.stop()
	r.start()
	r.holds(first, false)
	r.stop()
	r.Tokens = ""
	r.start() // with nothing given there is one again: another
	r.holds(first, false)
	r.holds(annsText, false)
	r.holds(r.first(), true)
	for _, secret := range []string{first, annsText, r.first()} {
		if strings.Contains(r.said.String(), secret) {
			t.Errorf("the log has a token in it: %s", &r.said)
		}
	}
}

// TestRevokedWhileItRuns: what was asked for is done at SIGHUP, and there is
// another token at once.
func TestRevokedWhileItRuns(t *testing.T) {
	r := newRig(t)
	r.start()
	first := r.first()
	if err := node.RevokeOperator(r.Data); err != nil {
		t.Fatal(err)
	}
	r.holds(first, true) // not before the signal
	r.Reload(t.Context())
	second := r.first()
	r.holds(first, false)
	r.holds(second, true)
	if first == second || !strings.Contains(r.said.String(), `"these tokens are revoked" room=node names=[operator]`) || !strings.Contains(r.said.String(), "a new operator's token is made") {
		t.Errorf("the log says %s", &r.said)
	}
	r.Reload(t.Context())
	r.holds(second, true)
}

// TestRevokedWhileItDoesNotRun: the start that comes next does not know it.
func TestRevokedWhileItDoesNotRun(t *testing.T) {
	r := newRig(t)
	r.start()
	first := r.first()
	r.stop()
	if err := node.RevokeOperator(r.Data); err != nil {
		t.Fatal(err)
	}
	r.file(auth.Line("ann", annsText, []string{"operator"}))
	r.start()
	r.holds(first, false)
	r.holds(annsText, true)
	if r.first() != "" {
		t.Error("a text of a token lies in the folder that does not hold")
	}
	if err := node.RevokeOperator(t.TempDir()); err == nil || !strings.Contains(err.Error(), "expected the data folder") {
		t.Errorf("another folder: %v", err)
	}
}

// TestSuspiciousReloads: a file without a token in it is taken, and warned of;
// so is one whose tokens write nothing. A file that cannot be read is not taken.
func TestSuspiciousReloads(t *testing.T) {
	ann := auth.Line("ann", annsText, []string{"operator"})
	for name, c := range map[string]struct {
		lines []string
		held  bool
		says  []string
	}{
		"empty":      {nil, false, []string{"level=WARN msg=\"there is no token in the tokens file", "put the lines back", "level=WARN msg=\"nobody may write", "names=[ann]"}},
		"a comment":  {[]string{"# " + ann}, false, []string{"there is no token in the tokens file", "nobody may write"}},
		"for edges":  {[]string{auth.Line("bob", "b", []string{"edge", "admin"})}, false, []string{"level=WARN msg=\"nobody may write"}},
		"malformed":  {[]string{ann, annsText}, true, []string{"level=ERROR msg=\"not reloaded: the tokens before hold on\"", "line 2: expected three fields"}},
		"the same":   {[]string{ann, ""}, true, []string{"the tokens are read anew"}},
		"one match":  {[]string{auth.Line("bob", "b", []string{"match:elp-tig-2011-09-10"})}, false, []string{"these tokens are revoked"}},
		"with scope": {[]string{ann + ",edge"}, true, []string{"the tokens are read anew"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.file(ann)
			r.start()
			if strings.Contains(r.said.String(), "level=WARN") {
				t.Errorf("the log says %s", &r.said)
			}
			r.file(c.lines...)
			r.Reload(t.Context())
			r.holds(annsText, c.held)
			for _, says := range c.says {
				if !strings.Contains(r.said.String(), says) {
					t.Errorf("not %q, the log says %s", says, &r.said)
				}
			}
			if warned := strings.Contains(r.said.String(), "level=WARN"); warned != strings.Contains(strings.Join(c.says, ""), "nobody may write") {
				t.Errorf("the log says %s", &r.said)
			}
			if strings.Contains(r.said.String(), annsText) {
				t.Errorf("the log has a token in it: %s", &r.said)
			}
		})
	}
}

// TestReloadIsCutShort: what is to stop does not wait for a tokens file whose
// reading does not end (a pipe in which nobody says anything).
func TestReloadIsCutShort(t *testing.T) {
	r := newRig(t)
	r.file(auth.Line("ann", annsText, []string{"operator"}))
	r.start()
	reached := pipeInstead(t, r.Tokens)
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		r.Reload(ctx)
		close(over)
	}()
	end := reached()
	stop()
	<-over
	r.holds(annsText, true)
	r.stop()
	if strings.Contains(r.said.String(), "not reloaded") {
		t.Errorf("it waited as long as it may: the log says %s", &r.said)
	}
	end()
}
