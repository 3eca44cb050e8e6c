package node_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"matchstream/internal/access"
	"matchstream/internal/node"
)

// logged is what a node logs.
type logged struct {
	mu struct {
		sync.Mutex
		bytes.Buffer
	}
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mu.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mu.String()
}

// Requests to both addresses are in the log when the node has stopped. What
// cannot be reloaded goes on as it was, and is told.
func TestAccessLog(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "logs")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	var told logged
	c := config(t)
	c.AccessLog, c.Log = filepath.Join(folder, "access.log"), slog.New(slog.NewTextHandler(&told, nil))
	n := start(t, c)
	get(t, "http://"+n.HTTPAddr()+"/healthz")
	moved := folder + ".old"
	if err := os.Rename(folder, moved); err != nil {
		t.Fatal(err)
	}
	n.Reload(t.Context())
	if !strings.Contains(told.String(), "not reloaded") || !strings.Contains(told.String(), "goes on in the file it had") {
		t.Errorf("the log says %s", told.String())
	}
	if _, metrics := get(t, "http://"+n.AdminAddr()+"/metrics"); !strings.Contains(metrics, "matchstream_access_log_lost_total 0") {
		t.Error("lost lines are not among the metrics")
	}
	if err := n.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	n.Reload(t.Context()) // too late; harms nobody
	f, err := os.Open(filepath.Join(moved, "access.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := access.NewReader(f)
	for _, want := range []string{"/healthz", "/metrics"} {
		l, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		if q := l.(*access.Request); q.Path != want || q.Status != http.StatusOK || q.Bytes == 0 {
			t.Errorf("%+v, want %s", *q, want)
		}
	}
	if l, err := r.Read(); err != io.EOF {
		t.Errorf("one more: %+v, %v", l, err)
	}
}

// Without a log there is nothing to reload, and nothing happens.
func TestReloadOfNothing(t *testing.T) {
	n := start(t, config(t))
	n.Reload(t.Context())
	if status, _ := get(t, "http://"+n.HTTPAddr()+"/healthz"); status != http.StatusOK {
		t.Errorf("healthz: %d", status)
	}
}

func TestAnAccessLogThatCannotBeHad(t *testing.T) {
	c := config(t)
	c.AccessLog = t.TempDir()
	if n, err := node.Start(context.Background(), c); err == nil {
		n.Shutdown(context.Background())
		t.Fatal("it writes to a folder")
	} else if !strings.Contains(err.Error(), "the access log cannot be opened") || !strings.Contains(err.Error(), c.AccessLog) {
		t.Error(err)
	}
}
