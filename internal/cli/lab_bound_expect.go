package cli

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"matchstream/internal/lab"
	"matchstream/internal/lab/bound"
)

// boundExpects is what is expected where nothing is said; boundEvents is the part of it for which
// events have to happen.
const (
	boundExpects = "errors=0,http.p99<1s,canary.max<2s"
	boundEvents  = "complete.p99<1s"
)

// expectations are what is expected of each try.
func (c *labBoundCommand) expectations(o *bound.Options) (err error) {
	list := c.Expect
	if list == "" {
		list = boundExpects
		if o.Operator != nil {
			list += "," + boundEvents
		}
	}
	if o.Expected, err = lab.ParseExpected(list); err != nil {
		return fmt.Errorf("--expect %w", err)
	}
	if c.Expect == "" {
		return nil
	}
	for _, x := range o.Expected {
		if !slices.ContainsFunc(o.Searches, func(s string) bool { return bound.Applies(x, s) }) {
			return fmt.Errorf("--expect %s: expected something that --search %s has", x.Text, strings.Join(o.Searches, ","))
		}
		first, rest, _ := strings.Cut(x.Name, ".")
		if o.Operator == nil && (slices.Contains([]string{"complete", "latency", "first"}, first) || first == "canary" && strings.HasPrefix(rest, "event")) {
			return fmt.Errorf("--expect %s: expected an operator's token (--token-file) with it, since else the lab has nothing happen", x.Text)
		}
	}
	return nil
}

// onThisMachine says whether a plan goes to this machine.
func onThisMachine(ctx context.Context, p lab.Plan) bool {
	if isLoopback(p) {
		return true
	}
	host := ""
	if u, err := url.Parse(p.Server); err == nil {
		host = u.Hostname()
	}
	if len(p.Lines) > 0 {
		host, _, _ = net.SplitHostPort(p.Lines[0])
	}
	theirs, err := net.DefaultResolver.LookupHost(ctx, host)
	ours, err2 := net.InterfaceAddrs()
	if err != nil || err2 != nil {
		return false // the first try will say why
	}
	return slices.ContainsFunc(ours, func(a net.Addr) bool {
		ip, ok := a.(*net.IPNet)
		return ok && slices.Contains(theirs, ip.IP.String())
	})
}
