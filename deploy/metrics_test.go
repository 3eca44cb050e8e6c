package deploy

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/goccy/go-yaml"
)

// alerts of the file.
type alerts struct {
	Groups []struct {
		Rules []struct {
			Alert, Expr string
			Labels      map[string]string
			Annotations map[string]string
		}
	}
}

// dashboard is what the tests look at of Grafana's.
type dashboard struct {
	Panels []struct {
		Title   string
		Targets []struct{ Expr string }
		GridPos struct{ H, W, X, Y int }
	}
	Annotations struct{ List []struct{ Expr string } }
	Templating  struct {
		List []struct{ Name string }
	}
}

func read[T any](t *testing.T, name string, decode func([]byte, any) error) (v T) {
	t.Helper()
	if err := decode([]byte(shipped(t, name)), &v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// fromYAML decodes strictly.
func fromYAML(text []byte, v any) error { return yaml.Unmarshal(text, v) }

// expressions of all files, by where they are.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, r := range read[alerts](t, "prometheus-alerts.yaml", fromYAML).Groups[0].Rules {
		all["alert "+r.Alert] = r.Expr
	}
	d := read[dashboard](t, "grafana-dashboard.json", json.Unmarshal)
	for _, p := range d.Panels {
		for i, target := range p.Targets {
			all["panel "+p.Title+" "+string(rune('A'+i))] = target.Expr
		}
	}
	for _, a := range d.Annotations.List {
		all["annotation"] = a.Expr
	}
	return all
}

var (
	nameForm  = regexp.MustCompile(`\b(?:matchstream|process|go)_[a-z_]+\b`)
	labelForm = regexp.MustCompile(`(\w+)="([a-z_]+)"`)
	byForm    = regexp.MustCompile(`\bby \(([a-z, ]+)\)`)
)

// TestMetricsExist: what alerts and dashboard ask for, a running node has.
func TestMetricsExist(t *testing.T) {
	has := scrape(t)
	asked := 0
	for where, expr := range expressions(t) {
		for _, name := range nameForm.FindAllString(expr, -1) {
			asked++
			if !strings.Contains(has, "\n"+name+" ") && !strings.Contains(has, "\n"+name+"{") {
				t.Errorf("%s: no node has %s", where, name)
			}
		}
		for _, m := range labelForm.FindAllStringSubmatch(expr, -1) {
			if m[1] != "job" && !strings.Contains(has, m[0]) {
				t.Errorf("%s: no metric has %s", where, m[0])
			}
		}
		for _, m := range byForm.FindAllStringSubmatch(expr, -1) {
			for _, label := range strings.Split(m[1], ", ") {
				if label != "instance" && !strings.Contains(has, label+`="`) {
					t.Errorf("%s: no metric has a label %s", where, label)
				}
			}
		}
	}
	if asked < 50 {
		t.Errorf("only %d metrics are asked for: the test shows nothing", asked)
	}
}

// scrape runs a node and returns its metrics.
func scrape(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(built(t), "serve", "--data", filepath.Join(dir, "data"), "--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0",
		"--admin", "127.0.0.1:0", "--access-log", filepath.Join(dir, "access.log"), "--log-format", "json")
	page, admin := serving(t, cmd)
	get(t, page) // so that the API has answered something
	return "\n" + get(t, admin)
}

// serving starts a server that logs JSON and listens on free ports, and returns
// where its page and its metrics are. It is killed when the test is over.
func serving(t *testing.T, cmd *exec.Cmd) (page, metrics string) {
	t.Helper()
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.SysProcAttr = cmp.Or(cmd.SysProcAttr, &syscall.SysProcAttr{Setpgid: true})
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v (scripts/tools installs what is missing)", err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
	for lines := json.NewDecoder(said); ; {
		var line struct{ Msg, Admin, Page string }
		if err := lines.Decode(&line); err != nil {
			t.Fatalf("it does not say where it serves: %v", err)
		}
		if line.Msg == "serving" {
			return line.Page, line.Admin
		}
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	a, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, a.Status, err)
	}
	return string(text)
}

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
