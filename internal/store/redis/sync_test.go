package redis

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"matchstream/internal/store"
)

// TestSyncedBeforeShown traces the server's calls: no client, whoever waits for it, is
// written a record's reference before the file with it was synced.
func TestSyncedBeforeShown(t *testing.T) {
	srv := serve(t)
	trace := filepath.Join(t.TempDir(), "trace")
	strace := exec.Command("strace", "-f", "-y", "-s", "100000", "-e", "trace=write,writev,sendto,fdatasync,fsync", "-o", trace, "-p", fmt.Sprint(srv.cmd.Process.Pid))
	said, err := strace.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := strace.Start(); err != nil {
		t.Fatalf("strace (scripts/tools installs it): %v", err)
	}
	if attached := bufio.NewScanner(said); !attached.Scan() {
		t.Fatal("strace does not attach")
	}
	s, other := srv.open(), srv.open()
	const n = 50
	shown := make(chan store.Record, n)
	ctx, cancel := context.WithCancel(context.Background())
	followed := make(chan error, 1)
	go func() { followed <- other.Follow(ctx, 0, func(r store.Record) { shown <- r }) }()
	mark := store.Mark(0)
	for i := range int64(n) {
		mark = appended(t, s, mark, i+1)
		<-shown // it waits again, or is about to
	}
	cancel()
	<-followed
	if err := strace.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = strace.Wait() // ended by the signal
	calls, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	written, synced, sent := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for call := range strings.Lines(string(calls)) {
		file := strings.Contains(call, ".aof")
		switch {
		case strings.Contains(call, "sync(") && file:
			for ref := range written {
				synced[ref] = true
			}
		case file || strings.Contains(call, "socket:") || strings.Contains(call, "TCP:"):
			for _, ref := range references(call) {
				if file {
					written[ref] = true
				} else if sent[ref] = true; !synced[ref] {
					t.Fatalf("%s was sent before it was synced: %.300s", ref, call)
				}
			}
		}
	}
	if len(written) != n || len(sent) != n {
		t.Fatalf("the trace has %d records written and %d sent, want %d: it shows nothing", len(written), len(sent), n)
	}
}

// references that a traced call has in its bytes.
func references(call string) (all []string) {
	begin := nameOf(key) + "/"
	for parts := strings.Split(call, begin)[1:]; len(parts) > 0; parts = parts[1:] {
		if number, _, ok := strings.Cut(parts[0], "/"); ok { // else the name of the journal's key
			all = append(all, begin+number)
		}
	}
	return all
}
