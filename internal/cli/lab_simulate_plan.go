package cli

import (
	"fmt"
	"math"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"matchstream/internal/client"
	"matchstream/internal/lab"
)

// understand makes a plan of the flags. An error is one of usage.
func (c *labSimulateCommand) understand() (lab.Plan, []lab.Expected, error) {
	p := lab.Plan{
		Seed: c.Seed, Users: c.N, AtOnce: c.C, Match: c.Match, API: !c.NoAPI, Arrive: lab.Arrival(c.Arrive), Over: c.Over,
		Tunnel: float64(c.Tunnel), Slow: float64(c.Slow), Leave: float64(c.Leave), Return: float64(c.Return),
		Every: c.Pause, Stalled: c.Stalled, Patience: c.Patience,
	}
	var expected []lab.Expected
	var err error
	if c.Expect != "" {
		if expected, err = lab.ParseExpected(c.Expect); err != nil {
			return p, nil, fmt.Errorf("--expect %w", err)
		}
	}
	if p.Via, err = parseVia(c.Via); err != nil {
		return p, nil, fmt.Errorf("--via: %w", err)
	}
	if p.Server, err = client.BaseURL(c.Server); err != nil {
		return p, nil, fmt.Errorf("--server: %w", err)
	}
	if err := c.sensible(); err != nil {
		return p, nil, err
	}
	if err := c.simulateService.into(&p); err != nil {
		return p, nil, err
	}
	if p.Service == nil && !strings.HasPrefix(p.Server, "http://") {
		return p, nil, fmt.Errorf("--server: expected a URL like http://localhost:8888, since users speak no TLS, got %q", c.Server)
	}
	if len(c.Agents) > 0 && isLoopback(p) && !slices.ContainsFunc(c.Agents, here) {
		return p, nil, fmt.Errorf("--server: expected an address that the agents reach, which are on other machines, not %s", p.Server+strings.Join(p.Lines, ""))
	}
	return p, expected, nil
}

// sensible says what cannot be meant.
func (c *labSimulateCommand) sensible() error {
	switch shares := c.Tunnel + c.Slow + c.Leave + c.Return; {
	case c.N < 1 || c.C < 1 || c.Stalled < 0:
		return fmt.Errorf("-n %d -c %d --stalled %d: expected at least one user, and one at once", c.N, c.C, c.Stalled)
	case shares > 1:
		return fmt.Errorf("--tunnel, --slow, --leave and --return: expected 100%% of the users at most together, got %g%%", math.Round(float64(1000*shares))/10)
	case c.Over < 0 || c.For < 0 || c.Pause <= 0 || c.Patience <= 0 || c.Every < 0:
		return fmt.Errorf("--over %v --for %v --every %v --pause %v --patience %v: expected no negative time, and some pause and patience", c.Over, c.For, c.Every, c.Pause, c.Patience)
	case c.Events < 0 || c.Size < 0:
		return fmt.Errorf("--events %d --size %d: expected no less than 0", c.Events, c.Size)
	case c.Events > 0 && c.Match != "":
		return fmt.Errorf("--events: the lab plays a match of its own, and so expected no --match, got %s", c.Match)
	case c.Events > 0 && c.For > 0:
		return fmt.Errorf("--for: expected without --events, %d of which have an end of their own", c.Events)
	case c.Events == 0 && (c.TokenFile != "" || c.Size > 0):
		return fmt.Errorf("--token-file and --size: expected to be given together with --events")
	}
	return nil
}

// parseVia reads tcp:70,sse:20,ws:10; a weight that is not given is 1.
func parseVia(list string) (all []lab.Share, err error) {
	for part := range strings.SplitSeq(list, ",") {
		name, weight, weighed := strings.Cut(strings.TrimSpace(part), ":")
		share := lab.Share{Via: lab.Protocol(name), Weight: 1}
		if weighed {
			share.Weight, err = strconv.Atoi(weight)
		}
		known := slices.Contains([]lab.Protocol{lab.TCP, lab.SSE, lab.WebSocket}, share.Via)
		twice := slices.ContainsFunc(all, func(s lab.Share) bool { return s.Via == share.Via })
		if err != nil || !known || twice || share.Weight < 0 || share.Weight > 1e6 {
			return nil, fmt.Errorf("expected protocols once each, with weights, like tcp:70,sse:20,ws:10, got %q", list)
		}
		if share.Weight > 0 {
			all = append(all, share)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("expected a protocol with a weight of more than 0, got %q", list)
	}
	return all, nil
}

// parseShare reads 5% or 0.05.
func parseShare(text string) (float64, error) {
	number, hundredths := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(number, 64)
	if hundredths {
		v /= 100
	}
	if err != nil || !(v >= 0 && v <= 1) {
		return 0, fmt.Errorf("expected a share like 5%%, up to 100%%, got %q", text)
	}
	return v, nil
}

// isLoopback says whether a plan goes to this machine, by an address that means another
// one elsewhere.
func isLoopback(p lab.Plan) bool {
	u, err := url.Parse(p.Server)
	return slices.ContainsFunc(p.Lines, here) || err == nil && p.Server != "" && here(u.Host)
}

// here says whether a host or host:port is loopback.
func here(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
