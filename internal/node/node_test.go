package node_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/auth"
	"matchstream/internal/node"
)

// certmagic's limiter of orders stays with the process: one for each authority and address.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/caddyserver/certmagic.(*RingBufferRateLimiter).loop"))
}

var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func config(t testing.TB) node.Config {
	return node.Config{Data: t.TempDir(), Store: "embedded", HTTP: "127.0.0.1:0", TCP: "127.0.0.1:0", Admin: "127.0.0.1:0",
		HandshakeTimeout: time.Minute, SendTimeout: time.Minute, Heartbeat: time.Minute, Version: "test",
		Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
}

func start(t *testing.T, c node.Config) *node.Node {
	t.Helper()
	n, err := node.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Shutdown(context.Background()) })
	return n
}

func get(t *testing.T, url string, header ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(body)
}

func TestPorts(t *testing.T) {
	for address, want := range map[string]struct {
		host        string
		first, last int
	}{
		":9999":               {"", 9999, 9999},
		"0.0.0.0:9100-9103":   {"0.0.0.0", 9100, 9103},
		"[::1]:80":            {"::1", 80, 80},
		"localhost:0":         {"localhost", 0, 0},
		"127.0.0.1:5000-5000": {"127.0.0.1", 5000, 5000},
	} {
		host, first, last, err := node.Ports(address)
		if err != nil || host != want.host || first != want.first || last != want.last {
			t.Errorf("%s: %q %d %d, %v", address, host, first, last, err)
		}
	}
	for _, address := range []string{"", "9999", ":", ":x", ":1-", ":-1", ":9-8", ":65536", ":0-3", "::1:80", ":1-2-3"} {
		if _, _, _, err := node.Ports(address); err == nil || !strings.Contains(err.Error(), "expected host:port") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestATakenPortIsReplacedOnlyWhereThatIsWanted(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	c := config(t)
	c.TCP = taken.Addr().String()
	if n, err := node.Start(context.Background(), c); err == nil {
		n.Shutdown(context.Background())
		t.Fatal("a node listens where another program does")
	} else if !strings.Contains(err.Error(), "is taken by another program") {
		t.Errorf("the error does not say what to do: %v", err)
	}
	c.NextFreePort = true
	n := start(t, c) // and the data folder is not held by the one that failed
	if n.TCPAddrs()[0] == c.TCP {
		t.Error("the taken port is said to be ours")
	}
}

func TestCheckinSpreadsOverAllPorts(t *testing.T) {
	// A range needs neighbouring free ports: those behind one that is free.
	c := config(t)
	c.NextFreePort = true
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	first, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	c.TCP = "127.0.0.1:" + port + "-" + strconv.Itoa(first+3)
	n := start(t, c)
	if len(n.TCPAddrs()) != 4 {
		t.Fatalf("%v is not four ports", n.TCPAddrs())
	}
	seen := map[string]bool{}
	for range 8 {
		_, body := get(t, "http://"+n.HTTPAddr()+"/1/checkin")
		seen[body] = true
	}
	if len(seen) != 4 {
		t.Errorf("8 clients were sent to %v, want four ports", seen)
	}
}

func TestASecondServerIsKeptFromTheData(t *testing.T) {
	c := config(t)
	start(t, c)
	if n, err := node.Start(context.Background(), c); err == nil {
		n.Shutdown(context.Background())
		t.Fatal("two servers share a folder")
	} else if !strings.Contains(err.Error(), c.Data) {
		t.Errorf("the error does not name the folder: %v", err)
	}
}

func TestTheFirstStartMakesAToken(t *testing.T) {
	c := config(t)
	n := start(t, c)
	path := n.OperatorTokenFile()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the token's file: %v, %v", info, err)
	}
	token, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	status, body := get(t, "http://"+n.HTTPAddr()+"/1/user/nobody", "Authorization", "Bearer "+strings.TrimSpace(string(token)))
	if status != http.StatusNotFound {
		t.Errorf("the token was answered %d %s", status, body)
	}
	n.Shutdown(context.Background())
	again := start(t, c)
	if again.OperatorTokenFile() != path {
		t.Errorf("after a restart the token lies in %q", again.OperatorTokenFile())
	}
}

func TestDrain(t *testing.T) {
	c := config(t)
	c.DrainDelay = time.Hour // until the shutdown's context ends
	n := start(t, c)
	if status, body := get(t, "http://"+n.HTTPAddr()+"/readyz"); status != http.StatusOK {
		t.Fatalf("readyz: %d %s", status, body)
	}
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- n.Shutdown(ctx) }()
	for {
		status, body := get(t, "http://"+n.HTTPAddr()+"/readyz")
		if status == http.StatusServiceUnavailable {
			if !strings.Contains(body, "draining") {
				t.Errorf("readyz gives no reason: %s", body)
			}
			break
		}
	}
	if status, _ := get(t, "http://"+n.HTTPAddr()+"/healthz"); status != http.StatusOK {
		t.Errorf("healthz while draining: %d", status)
	}
	select {
	case <-n.Done():
		t.Error("stopped before the delay was over")
	default:
	}
	cancel()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	<-n.Done()
	if _, err := net.Dial("tcp", n.HTTPAddr()); err == nil {
		t.Error("connections are still taken")
	}
}

func TestAdmin(t *testing.T) {
	n := start(t, config(t))
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/goroutine?debug=1"} {
		if status, _ := get(t, "http://"+n.AdminAddr()+path); status != http.StatusOK {
			t.Errorf("%s on loopback: %d", path, status)
		}
	}
	_, metrics := get(t, "http://"+n.AdminAddr()+"/metrics")
	for _, name := range []string{`matchstream_watchers{protocol="tcp"} 0`, `version="test"} 1`, "matchstream_appends_total 0"} {
		if !strings.Contains(metrics, name) {
			t.Errorf("no %s in the metrics", name)
		}
	}
}

// TestAdminFromOutside: on an address that others reach, everything but the
// metrics needs a token of scope admin.
func TestAdminFromOutside(t *testing.T) {
	c := config(t)
	c.Admin = "0.0.0.0:0"
	c.Tokens = t.TempDir() + "/tokens"
	admin, operator := "an-administrators-token", "an-operators-token-text"
	file := auth.Line("root", admin, []string{"admin"}) + "\n" + auth.Line("ann", operator, []string{"operator"}) + "\n"
	if err := os.WriteFile(c.Tokens, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	n := start(t, c)
	_, port, _ := net.SplitHostPort(n.AdminAddr())
	base := "http://127.0.0.1:" + port
	for _, q := range []struct {
		path, token string
		want        int
	}{
		{"/metrics", "", http.StatusOK},
		{"/debug/pprof/", "", http.StatusUnauthorized},
		{"/debug/pprof/", "nonsense", http.StatusUnauthorized},
		{"/debug/pprof/", operator, http.StatusForbidden},
		{"/debug/pprof/", admin, http.StatusOK},
		{"/node", "", http.StatusOK}, // which tells nothing
		{"/node/samples", "", http.StatusUnauthorized},
		{"/node/samples", "nonsense", http.StatusUnauthorized},
		{"/node/samples", operator, http.StatusForbidden},
		{"/node/samples", admin, http.StatusOK},
	} {
		var header []string
		if q.token != "" {
			header = []string{"Authorization", "Bearer " + q.token}
		}
		if status, body := get(t, base+q.path, header...); status != q.want {
			t.Errorf("%s with %q: %d, want %d: %s", q.path, q.token, status, q.want, body)
		}
	}
}

// TestNodesPageIsForThisMachine: on loopback it is open, but for a site that has
// its own name lead here.
func TestNodesPageIsForThisMachine(t *testing.T) {
	n := start(t, config(t))
	_, port, _ := net.SplitHostPort(n.AdminAddr())
	for host, want := range map[string]int{
		"localhost": 200, "LOCALHOST:" + port: 200, "127.0.0.1:" + port: 200, "127.9.9.9": 200, "[::1]:1": 200, "[::1]": 200,
		"rebound.example": 421, "rebound.example:" + port: 421, "localhost.example": 421, "127.0.0.1.example": 421, "10.0.0.1": 421, "0.0.0.0:" + port: 421,
	} {
		for _, path := range []string{"/node", "/node/samples", "/debug/pprof/cmdline"} {
			r, err := http.NewRequest("GET", "http://"+n.AdminAddr()+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			a, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			a.Body.Close()
			if a.StatusCode != want {
				t.Errorf("%s of %s: %d, want %d", path, host, a.StatusCode, want)
			}
		}
	}
}

// TestAdminIsBounded: whoever opens connections to the admin address and says
// nothing takes no more descriptors than that is worth, and does not keep others
// out, though he stays.
func TestAdminIsBounded(t *testing.T) {
	n := start(t, config(t))
	const many = 3 * node.AdminConnections
	gone := make(chan net.Conn, many)
	for range many {
		c, err := net.Dial("tcp", n.AdminAddr())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		go func() {
			io.Copy(io.Discard, c) //nolint:errcheck // until it is closed
			gone <- c
		}()
	}
	for taken := 0; taken < many; taken, _ = n.AdminSlots() {
		runtime.Gosched()
	}
	if _, now := n.AdminSlots(); now > node.AdminConnections {
		t.Errorf("%d have a connection", now)
	}
	if status, _ := get(t, "http://"+n.AdminAddr()+"/metrics"); status != http.StatusOK {
		t.Error(status)
	}
	for range many - node.AdminConnections {
		<-gone // closed for others
	}
}
