package cli

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/top"
)

type topCommand struct {
	Admin     []string      `sep:"," default:"127.0.0.1:8889" help:"Admin addresses of the nodes (serve --admin), as host:port or http://host:port."`
	TokenFile string        `placeholder:"FILE" help:"File with a token of scope admin, which an admin address needs that others reach; else it is taken from $MATCHSTREAM_TOKEN."`
	Sort      string        `enum:"lag,memory,rate,watchers" default:"lag" help:"What is listed first: lag, memory, rate or watchers."`
	Every     time.Duration `default:"1s" help:"How often each node is asked, 100ms to 1m."`
	Limit     int           `default:"50" help:"So many matches of each node, 0 to 1000."`
	Folder    string        `default:"." help:"Where profiles are written (key p)."`
	Once      bool          `help:"Print a table in 80 columns, and end. The nodes are asked twice, --every apart, since rates are differences."`
	JSON      bool          `name:"json" help:"Print what the nodes answer, as a JSON array, and end."`
}

// Help stands above the flags.
func (topCommand) Help() string {
	return "A screen with the nodes on top and one of five panels below: matches, loops, store, gates, node (Tab). " +
		"Sorted by how far watchers stand behind, memory, rate or watchers (l m r w); Enter opens a match; ↑ marks what has grown for a minute without a fall; " +
		"p takes a profile into a file; ? tells all keys and columns. It works from 80 columns on, over ssh, and without colours (NO_COLOR)."
}

// Examples end the help.
func (topCommand) Examples() string {
	return `matchstream top
matchstream top --admin node-a:8889,node-b:8889 --token-file admin.token --sort memory
matchstream top --once
ssh -t node-a matchstream top`
}

// columnsOnce are those of --once.
const columnsOnce = 80

// Run shows the screen, or prints.
func (c *topCommand) Run(ctx context.Context, w *world) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	switch {
	case c.JSON:
		err = top.JSON(ctx, o, w.stdout)
	case c.Once:
		err = top.Once(ctx, o, w.stdout, columnsOnce, time.Now)
	case !isTerminal(w.stdout) || os.Getenv("TERM") == "dumb":
		return usagef("the screen needs a terminal that can move its cursor: expected --once or --json elsewhere")
	default:
		var profiles []string
		profiles, err = top.Run(ctx, o, w.stdin, w.stdout, os.Environ())
		for _, file := range profiles {
			w.printf("written: %s\n", file)
		}
	}
	if errors.Is(err, top.ErrNoAnswer) {
		return errors.New("no node answers: expected the admin address of a running node (serve --admin) in --admin")
	}
	return err
}

func (c *topCommand) options() (o top.Options, err error) {
	if c.Every < 100*time.Millisecond || c.Every > time.Minute {
		return o, usagef("--every: expected a time from 100ms to 1m, got %v", c.Every)
	}
	if c.Limit < 0 || c.Limit > 1000 {
		return o, usagef("--limit: expected a number from 0 to 1000, got %d", c.Limit)
	}
	with, err := adminBearer(c.TokenFile)
	if err != nil {
		return o, err
	}
	o = top.Options{Every: c.Every, Sort: top.Sort(c.Sort), Limit: c.Limit, Folder: c.Folder, ASCII: !unicodeLocale(os.Getenv)}
	seen := map[string]bool{}
	for _, address := range c.Admin {
		address = strings.TrimSpace(address)
		if !strings.Contains(address, "://") {
			address = "http://" + address
		}
		at, err := client.New(address)
		if err != nil {
			return o, usagef("--admin: expected host:port or http://host:port, several with commas between them: %w", err)
		}
		if seen[at.Base] {
			return o, usagef("--admin: %s is given twice", at.Base)
		}
		seen[at.Base] = true
		at.HTTP = &http.Client{Transport: with}
		o.Nodes = append(o.Nodes, at)
	}
	return o, nil
}

// unicodeLocale says whether the terminal is told to show more than ASCII.
func unicodeLocale(env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} { // the first that is set counts
		if v := strings.ToLower(env(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}
