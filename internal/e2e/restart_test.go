package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"matchstream/internal/node"
)

// TestRestartUnderWatchers stops the node and starts it again, twice, under
// 500 watchers on all three protocols while an operator goes on posting:
// whoever comes back misses nothing and sees nothing twice.
func TestRestartUnderWatchers(t *testing.T) {
	const watchers = 500
	c := config(t)
	c.Drain = 100 * time.Millisecond
	c.HTTP, c.TCP = freeAddress(t, loopback(2)), freeAddress(t, loopback(2))
	n, err := node.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	var present atomic.Pointer[node.Node]
	present.Store(n)
	addr := at(n)
	o := operator{http: func() string { return addr.http }, token: operatorToken}
	id := o.createSeed(t, "2026-01-01")
	o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", startBody())

	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var watching sync.WaitGroup
	all := make([]*watcher, watchers)
	for i := range all {
		w := &watcher{protocol: []string{"tcp", "sse", "ws"}[i%3], at: func() addresses { return addr }, id: id}
		all[i] = w
		watching.Go(func() {
			if err := w.follow(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	o.audience(t, ctx, id, watchers)

	kinds := []string{}
	post := func(body, kind string) {
		key := fmt.Sprintf("key-%d", len(kinds))
		kinds = append(kinds, kind)
		for ctx.Err() == nil {
			a, err := o.ask("POST", "/1/match/"+id+"/events", body, "Idempotency-Key", key)
			if err == nil && a.status == http.StatusCreated {
				return
			}
		}
		t.Errorf("%s could not be posted", body)
	}
	for range 2 {
		for range 10 {
			post(`{"kind":"shot","team":"elp"}`, "shot")
		}
		restarted := make(chan error, 1)
		go func() {
			err := present.Load().Shutdown(ctx)
			if err == nil {
				var next *node.Node
				next, err = node.Start(ctx, c)
				present.Store(next)
			}
			restarted <- err
		}()
		for i := range 5 {
			post(fmt.Sprintf(`{"kind":"comment","comment":"%d"}`, i), "comment")
		}
		if err := <-restarted; err != nil {
			t.Fatal(err)
		}
	}
	post(`{"kind":"stop"}`, "stop")
	watching.Wait()
	for i, w := range all {
		if !slices.Equal(w.kinds, kinds) {
			t.Fatalf("watcher %d (%s, %d breaks) saw %d events, want %d:\n%v", i, w.protocol, w.breaks, len(w.kinds), len(kinds), w.kinds)
		}
		if w.breaks == 0 {
			t.Errorf("watcher %d was never interrupted: the test shows nothing", i)
		}
	}
	if err := present.Load().Shutdown(ctx); err != nil {
		t.Error(err)
	}
	for open := descriptors(t, c.Data); len(open) > 0; open = descriptors(t, c.Data) {
		if ctx.Err() != nil {
			t.Fatalf("left open: %v", open)
		}
	}
}

// descriptors of this process that are sockets, or files below a folder.
func descriptors(t *testing.T, folder string) (open []string) {
	t.Helper()
	const of = "/proc/self/fd"
	entries, err := os.ReadDir(of)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		target, err := os.Readlink(of + "/" + e.Name())
		if err == nil && (strings.HasPrefix(target, "socket:") || strings.HasPrefix(target, folder)) {
			open = append(open, target)
		}
	}
	return open
}
