package cli

import (
	"context"
	"net"
	"strings"
	"sync"

	"matchstream/internal/lab"
	"matchstream/internal/lab/fleet"
)

type labAgentCommand struct {
	Listen string   `default:":7700" help:"Address to listen at."`
	Secret string   `required:"" placeholder:"FILE" help:"File with the secret, 16 bytes or more, the same on all machines: whoever has it can have this one make load."`
	Source []string `placeholder:"ADDRESS" help:"Addresses of this machine to call from, in turn."`
	To     *string  `placeholder:"TARGET,..." help:"All that may be called: a host, an address or CIDR, each for all ports or with :PORT; with commas. Names are looked up here. Else whatever is asked for."`
}

// Help stands above the flags.
func (labAgentCommand) Help() string {
	return "Carries users on this machine for a matchstream lab on another, one at a time, until Ctrl-C. " +
		"Both sides prove to each other that they have the secret, which is never sent; the connection is encrypted. " +
		"Whoever has the secret can have this machine send anything to any address that it reaches, or to those of --to, and is shown the beginning of what comes back: guard it like a login. " +
		"What is measured here is put right by how far this machine's clock is ahead of the other's."
}

// Examples end the help.
func (labAgentCommand) Examples() string {
	return `(umask 077; openssl rand -hex 32 >secret)
matchstream lab agent --secret secret
matchstream lab agent --listen 192.0.2.7:7700 --secret secret --source 192.0.2.7,192.0.2.8
matchstream lab agent --secret secret --to 192.0.2.0/24:8888,192.0.2.0/24:9999,live.example.org`
}

// Run serves coordinators until a signal.
func (c *labAgentCommand) Run(ctx context.Context, w *world) error {
	secret, err := fleet.ReadSecret(c.Secret)
	if err != nil {
		return err
	}
	var to []string
	if c.To != nil { // one that is empty is a slip, and not leave to call anybody
		to = strings.Split(*c.To, ",")
	}
	if _, err := lab.ParseAllowed(to); err != nil {
		return usagef("--to %w", err)
	}
	l, err := net.Listen("tcp", fleet.WithPort(c.Listen))
	if err != nil {
		return usagef("--listen: expected a free address like :7700: %w", err)
	}
	here := &fleet.Fleet{Sources: c.Source}
	var mu sync.Mutex
	a := &fleet.Agent{Secret: secret, Carrier: here, To: to, Room: here.Capacity(), Note: func(text string) {
		mu.Lock()
		defer mu.Unlock()
		w.printf("%s\n", text)
	}}
	a.Note("listening at " + l.Addr().String() + "; elsewhere: matchstream lab simulate --agents " + elsewhere(l.Addr()) + " --secret " + c.Secret)
	return a.Serve(ctx, l)
}

// elsewhere is an address as others call it.
func elsewhere(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return "HOST:" + port
	}
	return a.String()
}
