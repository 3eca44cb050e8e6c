package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"

	"matchstream/internal/client"
)

type clusterCommand struct {
	Status clusterStatusCommand `cmd:"" help:"The nodes of a cluster, and who has what."`
	Remove clusterRemoveCommand `cmd:"" help:"Take a node out of a cluster for ever."`
}

// Examples end the help.
func (clusterCommand) Examples() string {
	return clusterStatusCommand{}.Examples() + "\n" + clusterRemoveCommand{}.Examples()
}

// askedNode is a node that is asked, by its admin address.
type askedNode struct {
	Admin     string `default:"http://127.0.0.1:8889" help:"Admin address of a node that runs."`
	TokenFile string `placeholder:"FILE" help:"File with a token of scope admin, where the address asks for one; else it is taken from $MATCHSTREAM_TOKEN."`
}

func (c askedNode) client() (*client.Client, error) {
	server, err := client.New(c.Admin)
	if err != nil {
		return nil, usageError{err}
	}
	server.TokenAlways = true
	server.Token, err = c.token()
	return server, err
}

// token of an admin; "": none is given.
func (c askedNode) token() (string, error) {
	if c.TokenFile == "" && os.Getenv(tokenVariable) == "" {
		return "", nil
	}
	return (&replayCommand{TokenFile: c.TokenFile}).token()
}

// clusterStatus is what a node says of its cluster.
type clusterStatus struct {
	Leader  string
	Nodes   []clusterNode
	Streams []struct {
		Name, Leader string
		Replicas     int
		Nodes        []clusterNode
	}
}

type clusterNode struct {
	Name, ID, Address string
	Online, Current   bool
	Lag               uint64
}

func (n clusterNode) name() string {
	if n.Name == "" {
		return "id:" + n.ID
	}
	return n.Name
}

// state of a node in a group that has a leader.
func (n clusterNode) state(leader string) string {
	switch {
	case n.Name == leader:
		return "leads"
	case !n.Online:
		return "offline"
	case !n.Current || n.Lag > 0:
		return fmt.Sprintf("%d behind", n.Lag)
	}
	return "up to date"
}

// print it: the nodes, and where each stream is.
func (s *clusterStatus) print(w *world) {
	table := tabwriter.NewWriter(w.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NODE\tADDRESS\tSTATE")
	for _, n := range s.Nodes {
		fmt.Fprintf(table, "%s\t%s\t%s\n", n.name(), n.Address, n.state(s.Leader))
	}
	fmt.Fprintln(table, "\nSTREAM\tREPLICAS\tON")
	for _, st := range s.Streams {
		var on []string
		for _, n := range st.Nodes {
			on = append(on, fmt.Sprintf("%s (%s)", n.name(), n.state(st.Leader)))
		}
		fmt.Fprintf(table, "%s\t%d of %d\t%s\n", st.Name, len(st.Nodes), st.Replicas, strings.Join(on, ", "))
	}
	table.Flush() //nolint:errcheck // as of all that is printed
}

type clusterStatusCommand struct{ askedNode }

// Help stands above the flags.
func (clusterStatusCommand) Help() string {
	return "Each record is on the disks of a majority of a stream's replicas before it is acknowledged. " +
		"While a node is offline, or is behind, fewer others may be lost without a stop. It needs a majority that is there."
}

// Examples end the help.
func (clusterStatusCommand) Examples() string {
	return "matchstream admin cluster status\nmatchstream admin cluster status --admin http://10.0.0.2:8889 --token-file admin-token"
}

// Run prints how a cluster is.
func (c *clusterStatusCommand) Run(ctx context.Context, w *world) error {
	server, err := c.client()
	if err != nil {
		return err
	}
	var s clusterStatus
	if err := server.Call(ctx, http.MethodGet, "/cluster", "", nil, &s); err != nil {
		return err
	}
	s.print(w)
	return nil
}

type clusterRemoveCommand struct {
	Name string `arg:"" help:"The node to remove, as status calls it."`
	askedNode
}

// Help stands above the flags.
func (clusterRemoveCommand) Help() string {
	return "For a node that does not come back, or whose disk is lost: it counts no more for a majority, and what it had is put on other nodes, " +
		"as soon as there are enough. Start another in its place with a new name (--node) and an empty data folder, before or after; " +
		"five minutes later the old name may be used again, with an empty folder. It is refused where the others could not go on. " +
		"A node that is removed while it runs stops taking part."
}

// Examples end the help.
func (clusterRemoveCommand) Examples() string {
	return "matchstream admin cluster remove c"
}

// Run removes a node from a cluster.
func (c *clusterRemoveCommand) Run(ctx context.Context, w *world) error {
	server, err := c.client()
	if err != nil {
		return err
	}
	var s clusterStatus
	if err := server.Call(ctx, http.MethodDelete, "/cluster/"+url.PathEscape(strings.TrimPrefix(c.Name, "id:")), "", nil, &s); err != nil {
		return err
	}
	w.printf("%s is removed.\n\n", c.Name)
	s.print(w)
	for _, st := range s.Streams {
		if len(st.Nodes) < st.Replicas {
			w.printf("\nThere are too few nodes for %d replicas: start another in its place, with a new name and an empty data folder.\n", st.Replicas)
			break
		}
	}
	return nil
}
