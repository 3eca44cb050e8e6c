package node_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"matchstream/internal/node"
)

// The settings of a cluster belong together.
func TestClusterSettings(t *testing.T) {
	whole := node.ClusterOptions{Listen: ":6222", Peers: "a:6222,b:6222,c:6222", Secret: "secret"}
	for what, c := range map[string]struct {
		name, store string
		change      func(*node.ClusterOptions)
		wrong       string // settings
	}{
		"whole":                  {"a", "embedded", func(*node.ClusterOptions) {}, ""},
		"none":                   {"", "nats://x", func(o *node.ClusterOptions) { *o = node.ClusterOptions{Listen: ":6222"} }, ""},
		"a name alone":           {"a", "embedded", func(o *node.ClusterOptions) { *o = node.ClusterOptions{} }, ""},
		"a bad name":             {"A.b", "embedded", func(*node.ClusterOptions) {}, "node"},
		"no name":                {"", "embedded", func(*node.ClusterOptions) {}, "node"},
		"no secret":              {"a", "embedded", func(o *node.ClusterOptions) { o.Secret = "" }, "cluster-secret"},
		"no peers":               {"a", "embedded", func(o *node.ClusterOptions) { o.Peers, o.Insecure = "", true }, "cluster-secret cluster-insecure"},
		"an address alone":       {"a", "embedded", func(o *node.ClusterOptions) { *o = node.ClusterOptions{Listen: ":7000"} }, "cluster-listen"},
		"bad addresses":          {"a", "embedded", func(o *node.ClusterOptions) { o.Peers, o.Listen = "a,b", "6222" }, "cluster-listen cluster-peers"},
		"another kind of store ": {"a", "nats://x", func(*node.ClusterOptions) {}, "store"},
	} {
		o := whole
		c.change(&o)
		var wrong []string
		o.Check(c.name, c.store, func(ok bool, setting, expected string, _ any) {
			if !ok {
				wrong = append(wrong, setting)
				if expected == "" {
					t.Errorf("%s: nothing is said of what %s is to be", what, setting)
				}
			}
		})
		slices.Sort(wrong)
		want := strings.Fields(c.wrong)
		slices.Sort(want)
		if !slices.Equal(wrong, want) {
			t.Errorf("%s: wrong are %q, expected %q", what, wrong, want)
		}
	}
}

func TestANodeThatIsNoneOfACluster(t *testing.T) {
	n := start(t, config(t))
	for _, path := range []string{"/cluster", "/cluster/store"} {
		if code, body := get(t, "http://"+n.AdminAddr()+path); code != http.StatusNotFound || !strings.Contains(body, "none of a cluster") {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
}

// What is wrong with the secret or the folder is told before anything is asked of
// others.
func TestAClusterNodeThatCannotStart(t *testing.T) {
	c := config(t)
	c.Name = "a"
	c.Cluster = node.ClusterOptions{Listen: "127.0.0.1:6222", Peers: "a:6222,b:6222,c:6222", Secret: filepath.Join(t.TempDir(), "none")}
	if n, err := node.Start(t.Context(), c); err == nil || !strings.Contains(err.Error(), "openssl rand") {
		if n != nil {
			n.Shutdown(t.Context())
		}
		t.Errorf("without a secret: %v", err)
	}
	if err := os.WriteFile(c.Cluster.Secret, []byte(strings.Repeat("secret ", 6)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Cluster.Peers = "a:6222,b:6222"
	if n, err := node.Start(t.Context(), c); err == nil || !strings.Contains(err.Error(), "a cluster is of 3 nodes or more") {
		if n != nil {
			n.Shutdown(t.Context())
		}
		t.Errorf("two nodes: %v", err)
	}
}
