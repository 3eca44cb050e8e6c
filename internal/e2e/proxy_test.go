package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// proxy is a program of another house in front of nodes, run with the file of
// deploy/ that we ship for it.
type proxy struct {
	kind      string
	addresses addresses // where it listens, as a node's
	logs      string    // folder of what it writes of its own accord
	said      said      // what it says on its outputs
}

// proxies that we ship a file for.
var proxies = map[string]struct {
	file    string
	command []string
	// own is what of the file belongs to the machine that it is made for, and
	// what stands there in a test: FOLDER, HTTP and TCP are the proxy's.
	own []string
}{
	"nginx": {"nginx.conf", []string{"nginx", "-e", "stderr", "-c"}, []string{
		"user www-data;", "daemon off;",
		"worker_rlimit_nofile 65536;", "worker_rlimit_nofile 8192;",
		"worker_connections 32768;", "worker_connections 4096;",
		"pid /run/nginx.pid;", "pid FOLDER/pid;",
		"/var/log/nginx/", "FOLDER/",
		"http {\n", "http {\nclient_body_temp_path FOLDER/body; proxy_temp_path FOLDER/proxied; " +
			"fastcgi_temp_path FOLDER/f; uwsgi_temp_path FOLDER/u; scgi_temp_path FOLDER/s;\n",
		"listen 80 ", "listen HTTP ",
		"listen 9999 ", "listen TCP ",
	}},
	"haproxy": {"haproxy.cfg", []string{"haproxy", "-f"}, []string{
		"log /dev/log local0", "log stdout format raw local0",
		"    user haproxy\n    group haproxy\n", "",
		"bind :80\n", "bind HTTP\n",
		"bind :9999\n", "bind TCP\n",
	}},
}

// nobody listens there.
const nobody = "127.0.0.1:1"

// startProxy runs one before nodes: the first of the file's three nodes are
// these, the rest are dead. Each change is what the file says and what stands
// there in its place.
func startProxy(t testing.TB, ctx context.Context, kind string, nodes []addresses, changes ...string) *proxy {
	t.Helper()
	of, folder := proxies[kind], t.TempDir()
	ports := freePorts(t)
	p := &proxy{kind: kind, addresses: addresses{http: ports[0], tcp: ports[1]}, logs: folder}
	shipped, err := os.ReadFile(filepath.Join("..", "..", "deploy", of.file))
	if err != nil {
		t.Fatal(err)
	}
	text := string(shipped)
	for n := range 3 {
		at := addresses{http: nobody, tcp: nobody}
		if n < len(nodes) {
			at = nodes[n]
		}
		name := "10.0.0." + string(rune('1'+n))
		_, web, _ := strings.Cut(at.http, ":")
		changes = append(changes, name+":8888", at.http, name+":9999", at.tcp)
		if kind == "haproxy" {
			changes = append(changes, at.tcp+" send-proxy-v2 check port 8888", at.tcp+" send-proxy-v2 check port "+web)
		}
	}
	changes = append(changes, of.own...)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("deploy/%s has no %q that could be %q in this test", of.file, changes[i], changes[i+1])
		}
		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}
	text = strings.NewReplacer("FOLDER", folder, "HTTP ", ports[0]+" ", "HTTP\n", ports[0]+"\n", "TCP ", ports[1]+" ", "TCP\n", ports[1]+"\n").Replace(text)
	p.run(t, ctx, append(of.command, filepath.Join(folder, of.file)), text)
	for n := len(nodes); kind == "haproxy" && n < 3; n++ { // it takes all for alive until it has looked
		for _, backend := range []string{"nodes", "lines", "any-node", "any-line"} {
			p.says(t, ctx, fmt.Sprintf("Server %s/node%d is DOWN", backend, n+1))
		}
	}
	return p
}

// run is as somebody without rights.
func (p *proxy) run(t testing.TB, ctx context.Context, args []string, config string) {
	t.Helper()
	if err := os.WriteFile(args[len(args)-1], []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		const nobodys = 65534
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobodys, Gid: nobodys}
		for folder, mode := range map[string]os.FileMode{p.logs: 0o777, filepath.Dir(p.logs): 0o755} {
			if err := os.Chmod(folder, mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	cmd.Stdout, cmd.Stderr = &p.said, &p.said
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v (scripts/tools installs it)", err)
	}
	exited := make(chan struct{})
	go func() {
		cmd.Wait()
		close(exited)
	}()
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-exited
	})
	for {
		a, err := client.Get("http://" + p.addresses.http + "/healthz")
		if err == nil {
			a.Body.Close()
			if a.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-exited:
			t.Fatalf("%s has ended: %v\n%s", args[0], cmd.ProcessState, p.said.String())
		case <-ctx.Done():
			t.Fatalf("%s does not answer: %v\n%s", args[0], err, p.said.String())
		default:
		}
	}
}

// log waits until the access log has a line for which is says yes.
func (p *proxy) log(t testing.TB, ctx context.Context, is func(map[string]any) bool) (line string, fields map[string]any) {
	t.Helper()
	for {
		text := p.said.String() // haproxy's
		for _, name := range []string{"matchstream.log", "matchstream-tcp.log"} {
			b, _ := os.ReadFile(filepath.Join(p.logs, name)) // nginx's
			text += string(b)
		}
		for line := range strings.Lines(text) {
			if err := json.Unmarshal([]byte(line), &fields); err == nil && is(fields) {
				return line, fields
			}
			clear(fields)
		}
		if ctx.Err() != nil {
			t.Fatalf("the log has no such line:\n%s", text)
		}
		pause()
	}
}

// says waits until it has said something on its outputs.
func (p *proxy) says(t testing.TB, ctx context.Context, words string) {
	t.Helper()
	for !strings.Contains(p.said.String(), words) {
		if ctx.Err() != nil {
			t.Fatalf("%s does not say %q:\n%s", p.kind, words, p.said.String())
		}
		pause()
	}
}
