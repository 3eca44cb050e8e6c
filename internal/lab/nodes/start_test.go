package nodes_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"matchstream/internal/cli"
	"matchstream/internal/lab/nodes"
)

// programVariable makes the test program the real one.
const programVariable = "MATCHSTREAM_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(programVariable) != "" {
		os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(int) { http.DefaultClient.CloseIdleConnections() }))
}

func program(t *testing.T) nodes.Program {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return nodes.Program{Path: path, Args: []string{"matchstream"}, Env: []string{programVariable + "=1"}}
}

func body(t *testing.T, url string) string {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode/100 != 2 {
		t.Fatalf("%s: %s, %v: %s", url, r.Status, err, b)
	}
	return string(b)
}

func put(t *testing.T, n *nodes.Nodes, method, url, text string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+n.Token())
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if b, _ := io.ReadAll(answer.Body); answer.StatusCode/100 != 2 {
		t.Fatalf("%s %s: %s %s", method, url, answer.Status, b)
	}
}

// match makes one on a node.
func match(t *testing.T, n *nodes.Nodes, at nodes.Node) {
	put(t, n, http.MethodPut, at.Server+"/1/team/aaa", `{"name":"A"}`)
	put(t, n, http.MethodPut, at.Server+"/1/team/bbb", `{"name":"B"}`)
	put(t, n, http.MethodPost, at.Server+"/1/matches", `{"home":"aaa","visit":"bbb","date":"2026-09-10"}`)
}

// Nodes that belong together show the same matches; independent ones each their own.
func TestStart(t *testing.T) {
	t.Parallel()
	for _, joining := range []nodes.Joining{nodes.Edges, nodes.Independent} {
		t.Run(string(joining), func(t *testing.T) {
			t.Parallel()
			n, err := nodes.New(nodes.Options{Program: program(t), Joining: joining})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if _, err := n.Add(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			all := n.All()
			match(t, n, all[0])
			if joining == nodes.Independent {
				if got := body(t, all[1].Server+"/1/matches"); strings.Contains(got, "aaa") {
					t.Errorf("the second has %s", got)
				}
			} else { // an edge knows a match when it has asked for the list
				for body(t, all[1].Server+"/1/matches") != body(t, all[0].Server+"/1/matches") {
				}
			}
			if got := body(t, all[1].Admin+"/metrics"); !strings.Contains(got, "matchstream_watchers") || all[1].PID == 0 || all[1].Line == "" {
				t.Errorf("%+v: %.100s", all[1], got)
			}
			if err := n.Stop(); err != nil {
				t.Error(err)
			}
			if _, err := http.Get(all[0].Server); err == nil {
				t.Error("it is still there")
			}
		})
	}
}

// What a node says that does not start is told.
func TestDoesNotStart(t *testing.T) {
	t.Parallel()
	n, err := nodes.New(nodes.Options{Program: program(t), Flags: []string{"--lag", "-3"}})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Stop()
	if _, err := n.Add(t.Context()); err == nil || !strings.Contains(err.Error(), "lag") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(fmt.Errorf("enough"))
	if _, err := n.Add(ctx); err == nil {
		t.Error("it started, though nobody wanted it any more")
	}
}
