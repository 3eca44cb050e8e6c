package nodes

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
)

// Node is where one is.
type Node struct {
	Name   string
	Server string // base URL of the API
	Line   string // host:port of the line protocol
	Admin  string // base URL of the admin address; "": not known
	PID    int    // 0: not known

	Elsewhere bool // it is not on this machine
}

// Joining is how nodes belong together.
type Joining string

const (
	// Edges: the first node has the journal, the others follow it.
	Edges Joining = "edges"
	// Independent: each has matches of its own.
	Independent Joining = "independent"
)

// Options are how nodes are started.
type Options struct {
	Program Program
	Joining Joining
	Store   string                  // instead of edges: a store that all share (--store): nats://…, redis://…
	Host    netip.Addr              // of the first node; the others are at those behind it
	Flags   []string                // more flags of serve, the same for all
	Log     func(node, line string) // told what a node says on its standard error; nil: nobody
}

// Nodes are nodes that were started, and the folder that they keep everything in.
// They belong to one goroutine.
type Nodes struct {
	options   Options
	folder    folder
	token     string
	processes []*process
}

// New is no nodes yet. What they keep is in a folder that Stop removes; if it is not
// called, since this process was killed, the next one's New does, once the nodes have ended.
func New(o Options) (*Nodes, error) {
	if !o.Host.IsValid() {
		o.Host = netip.MustParseAddr("127.0.1.1")
	}
	if !o.Host.IsLoopback() {
		return nil, fmt.Errorf("nodes at %s: expected an address of the loopback, since they are started on this machine", o.Host)
	}
	folder, err := newFolder()
	if err != nil {
		return nil, err
	}
	return &Nodes{options: o, folder: folder, token: rand.Text()}, nil
}

// Token is the operator's at each of them.
func (n *Nodes) Token() string { return n.token }

// TokenFile is a file with the token, in the folder that Stop removes.
func (n *Nodes) TokenFile() (string, error) {
	name := filepath.Join(n.folder.path, "operator-token")
	return name, os.WriteFile(name, []byte(n.token+"\n"), 0o600)
}

// All are the nodes, in the order in which they were added.
func (n *Nodes) All() (all []Node) {
	for _, p := range n.processes {
		all = append(all, p.Node)
	}
	return all
}

// Add starts a node more, and returns when it is ready. If it does not start the error
// has the last lines that it said.
func (n *Nodes) Add(ctx context.Context) (Node, error) {
	i := len(n.processes)
	at := n.options.Host
	for range i {
		at = at.Next()
	}
	name := fmt.Sprintf("lab%d", i+1)
	args := append([]string{"serve", "--node", name, "--data", filepath.Join(n.folder.path, name),
		"--http", at.String() + ":0", "--tcp", at.String() + ":0", "--admin", at.String() + ":0", "--drain", "100ms"}, n.options.Flags...)
	switch {
	case n.options.Store != "":
		args = append(args, "--store", n.options.Store)
	case n.options.Joining != Independent && i > 0:
		args = append(args, "--store", n.processes[0].Server)
	}
	p, err := n.options.Program.start(ctx, name, args, []string{"MATCHSTREAM_OPERATOR_TOKEN=" + n.token}, n.folder.inherited(), n.options.Log)
	if err != nil {
		return Node{}, fmt.Errorf("node %s: %w", name, err)
	}
	n.processes = append(n.processes, p)
	return p.Node, nil
}

// Stop ends all nodes, at the same time, and removes what they kept. Once more does
// nothing.
func (n *Nodes) Stop() error {
	var stopping sync.WaitGroup
	for _, p := range n.processes {
		stopping.Go(p.stop)
	}
	stopping.Wait()
	n.processes = nil
	return n.folder.remove()
}
