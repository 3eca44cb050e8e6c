package node_test

import (
	"encoding/json"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// redisServer starts a redis-server that syncs late, and gives its port.
func redisServer(t *testing.T) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err = net.SplitHostPort(l.Addr().String())
	l.Close()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir(), "--save", "",
		"--appendonly", "yes", "--appendfsync", "everysec", "--requirepass", "sEcReT")
	if err := c.Start(); err != nil {
		t.Fatalf("redis-server (scripts/tools installs it): %v", err)
	}
	t.Cleanup(func() {
		if err := c.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = c.Wait() // killed
	})
	for by := time.Now().Add(30 * time.Second); time.Now().Before(by); {
		if s, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			s.Close()
			return port
		}
	}
	t.Fatal("redis-server does not listen")
	return ""
}

// TestRedis: two nodes on one server. What may be lost is said at each place where
// one looks; the password nowhere.
func TestRedis(t *testing.T) {
	c := config(t)
	c.Store = "redis://:sEcReT@127.0.0.1:" + redisServer(t) + "/0"
	c.OperatorToken = "an-operators-token-of-some-length"
	one := start(t, c)
	c.Data = t.TempDir()
	c.Name = "other"
	other := start(t, c)

	r, err := http.NewRequest("PUT", "http://"+one.HTTPAddr()+"/1/team/elp", strings.NewReader(`{"name":"Estudiantes"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.OperatorToken)
	r.Header.Set("Content-Type", "application/json")
	a, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	if a.StatusCode != http.StatusCreated {
		t.Fatalf("a team was answered with %s", a.Status)
	}
	for by := time.Now().Add(30 * time.Second); ; {
		if status, _ := get(t, "http://"+other.HTTPAddr()+"/1/team/elp"); status == http.StatusOK {
			break
		}
		if time.Now().After(by) {
			t.Fatal("the other node does not hear of the team")
		}
	}

	status, body := get(t, "http://"+one.HTTPAddr()+"/readyz")
	var ready struct{ Warnings []string }
	if err := json.Unmarshal([]byte(body), &ready); err != nil || status != http.StatusOK || len(ready.Warnings) != 1 || !strings.Contains(ready.Warnings[0], "appendfsync everysec") {
		t.Fatalf("readyz: %d %s", status, body)
	}
	for len(one.Chart().Troubles()) == 0 {
		if one.Chart().Since(0).Last > 30 {
			t.Fatal("no trouble is told")
		}
	}
	if got := one.Chart().Troubles(); len(got) != 1 || got[0].Name != "risk_synced_late" || got[0].Grave {
		t.Fatalf("troubles: %v", got)
	}
}
