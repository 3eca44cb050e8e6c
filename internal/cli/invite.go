package cli

import (
	"net"
	"strings"

	"matchstream/internal/match"
	"matchstream/internal/node"
	"matchstream/internal/replay"
)

// invite tells what to do now, in lines to paste.
func (c *demoCommand) invite(w *world, n *node.Node, tokenFile string, first match.Timeline) {
	for _, a := range []struct{ what, asked, got string }{
		{"HTTP", c.HTTP, n.HTTPAddr()}, {"TCP", c.TCP, n.TCPAddrs()[0]}, {"admin", c.Admin, n.AdminAddr()},
	} {
		if replaced(a.asked, a.got) {
			w.printf("%s is taken: %s is at %s instead.\n", a.asked, a.what, reachable(a.got))
		}
	}
	id := first.ID()
	http := "http://" + reachable(n.HTTPAddr())
	host, port, err := net.SplitHostPort(dialable(n.TCPAddrs()[0]))
	if err != nil {
		host, port = n.TCPAddrs()[0], ""
	}
	w.printf(`
MatchStream plays four real matches. Watch them:

  in a browser      %[1]s/
  this match        %[1]s/match/%[2]s
  by curl           curl -N %[1]s/1/match/%[2]s/stream
  by nc             echo VERSION:1:CONNECT:you:MATCH:%[2]s | nc %[3]s %[4]s
  by telnet         telnet %[3]s %[4]s
                    and type: VERSION:1:CONNECT:you:MATCH:%[2]s

Be the operator. The token is in %[5]s

  curl -H "Authorization: Bearer $(cat %[5]s)" -d '{"kind":"comment","comment":"What a match!"}' %[1]s/1/match/%[2]s/events

The API is described at %[1]s/docs, and http://%[6]s/node shows how the server is. Ctrl-C ends it all and leaves nothing behind.

`, http, id, host, port, tokenFile, reachable(n.AdminAddr()))
}

// replaced says whether the port is another than the one asked for.
func replaced(asked, got string) bool {
	_, want, _, err := node.Ports(asked)
	_, port, _, err2 := node.Ports(got)
	return err == nil && err2 == nil && want != 0 && want != port
}

// ticker prints each event as a line, the match's teams before it.
func ticker(w *world) func(*replay.Game, replay.Step) {
	return func(g *replay.Game, s replay.Step) {
		if s.Kind == replay.Ready {
			return
		}
		w.printf("%s–%s  %s\n", strings.ToUpper(g.Home.ID), strings.ToUpper(g.Visit.ID), s.Text)
	}
}
