package e2e

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOverRedisThatForgets: a server that has lost what it had is another store; the
// node begins anew on it by itself, and says so from then on.
func TestOverRedisThatForgets(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	at, dir := freeAddress(t, "127.0.1.10"), t.TempDir()
	server := redisServer(t, ctx, at, dir)
	p := newProcess(t)
	p.args = []string{"--store", "redis://" + at}
	p.start(t, ctx)
	if said := readiness(ctx, p); strings.Contains(said, "Another store") {
		t.Fatalf("before anything has happened it says %s", said)
	}
	server.kill()
	if err := os.RemoveAll(filepath.Join(dir, "appendonlydir")); err != nil {
		t.Fatal(err)
	}
	redisServer(t, ctx, at, dir)
	for !strings.Contains(readiness(ctx, p), "Another store was found in the place of the one before at ") {
		if ctx.Err() != nil {
			t.Fatalf("it does not say what has happened: %s", p.stderr.String())
		}
	}
}

// readiness is what a node says of itself; "": it does not answer.
func readiness(ctx context.Context, p *process) string {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.addresses.http+"/readyz", nil)
	if err != nil {
		return ""
	}
	a, err := client.Do(r)
	if err != nil {
		return ""
	}
	defer a.Body.Close()
	b, _ := io.ReadAll(a.Body)
	return string(b)
}
