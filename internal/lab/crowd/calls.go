package crowd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"matchstream/internal/lab"
)

// calls is whom a crowd calls.
type calls struct {
	targets []target
	server  int    // the API's, an index of targets; -1: there is none
	path    string // what stands before every path of the API
	lines   []int  // of the line protocol, in turn
	// refusal is why there is nobody to call for lines: checkin, asked once for all, has
	// failed.
	refusal     string
	refusalText string
	unknown     map[string]error // names that could not be looked up, by host and port
}

// lookupError is a name that this machine could not look up.
type lookupError struct{ error }

func (e *lookupError) Unwrap() error { return e.error }

// resolveIn is how long a name may take to become an address.
const resolveIn = 5 * time.Second

// target is the index of a host and port, looked up once.
func (c *calls) target(ctx context.Context, hostPort string) (int, error) {
	for i := range c.targets {
		if c.targets[i].host == hostPort {
			return i, nil
		}
	}
	if err := c.unknown[hostPort]; err != nil {
		return 0, err
	}
	addr, err := netip.ParseAddrPort(hostPort)
	if err != nil {
		host, port, err := net.SplitHostPort(hostPort)
		if err != nil {
			return 0, fmt.Errorf("expected host:port, not %q", hostPort)
		}
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return 0, fmt.Errorf("expected a port from 1 to 65535, not %q", port)
		}
		ctx, cancel := context.WithTimeout(ctx, resolveIn)
		defer cancel()
		ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		if err != nil {
			if c.unknown == nil {
				c.unknown = map[string]error{}
			}
			c.unknown[hostPort] = &lookupError{err}
			return 0, c.unknown[hostPort]
		}
		addr = netip.AddrPortFrom(ips[0].Unmap(), uint16(n))
		for _, ip := range ips {
			if ip.Unmap().Is4() {
				addr = netip.AddrPortFrom(ip.Unmap(), uint16(n))
				break
			}
		}
	}
	t := target{addr: netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port()), host: hostPort}
	for i := range t.lanes {
		t.lanes[i] = new(lane)
	}
	c.targets = append(c.targets, t)
	return len(c.targets) - 1, nil
}

// newCalls finds out whom to call.
func newCalls(ctx context.Context, p *lab.Plan) (c calls, err error) {
	c.server = -1
	if p.Server != "" {
		if err := c.base(ctx, p.Server); err != nil {
			return c, err
		}
	}
	for _, line := range p.Lines {
		i, err := c.target(ctx, line)
		if err != nil {
			return c, err
		}
		c.lines = append(c.lines, i)
	}
	byLine, byHTTP := false, p.API
	for _, s := range p.Via {
		byLine = byLine || s.Via == lab.TCP
		byHTTP = byHTTP || s.Via != lab.TCP
	}
	switch {
	case byHTTP && c.server < 0:
		return c, errors.New("expected the service's base URL, like http://127.0.0.1:8888")
	case byLine && len(c.lines) == 0 && c.server < 0:
		return c, errors.New("expected the service's base URL, or host:port of its lines")
	case byLine && len(c.lines) == 0 && p.Service != nil:
		return c, errors.New("expected host:port of the service's lines")
	case byLine && len(c.lines) == 0 && !p.API:
		c.checkin(ctx, p)
	}
	return c, nil
}

// base reads the API's URL.
func (c *calls) base(ctx context.Context, base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" || u.Hostname() == "" {
		return fmt.Errorf("expected a URL like http://127.0.0.1:8888, not %q", base)
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), "80")
	}
	c.path = strings.TrimSuffix(u.EscapedPath(), "/")
	c.server, err = c.target(ctx, host)
	return err
}

// checkin asks once for all where the lines are.
func (c *calls) checkin(ctx context.Context, p *lab.Plan) {
	ctx, cancel := context.WithTimeout(ctx, p.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(p.Server, "/")+"/1/checkin", nil)
	if err != nil {
		c.refusal, c.refusalText = lab.OwnFailure, err.Error()
		return
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	a, err := client.Do(request)
	if err != nil {
		c.refusal, c.refusalText = lab.Refused, err.Error()
		if ctx.Err() != nil {
			c.refusal = lab.TimedOut
		}
		return
	}
	defer a.Body.Close()
	body, err := io.ReadAll(io.LimitReader(a.Body, most))
	if err == nil && a.StatusCode == http.StatusOK {
		var at string
		if at, err = readCheckin(body, c.targets[c.server].host); err == nil {
			var i int
			if i, err = c.target(ctx, at); err == nil {
				c.lines = []int{i}
				return
			}
		}
	}
	c.refusal, c.refusalText = lab.Answered, fmt.Sprintf("checkin: %s, %.200s (%v)", a.Status, body, err)
}

// readCheckin reads where the lines are; asked is who was asked, for a service that does
// not say its host.
func readCheckin(body []byte, asked string) (hostPort string, err error) {
	var at struct {
		Port int    `json:"port"`
		Host string `json:"host"`
	}
	if err := json.Unmarshal(body, &at); err != nil || at.Port < 1 || at.Port > 65535 {
		return "", fmt.Errorf(`expected {"port":9999,…} of checkin`)
	}
	if at.Host == "" {
		at.Host, _, _ = net.SplitHostPort(asked)
	}
	return net.JoinHostPort(strings.Trim(at.Host, "[]"), strconv.Itoa(at.Port)), nil
}

// readList reads the list of matches, in which ours must be.
func readList(body []byte, match string) error {
	var ids []string
	if err := json.Unmarshal(body, &ids); err != nil || !slices.Contains(ids, match) {
		return fmt.Errorf("expected a list of match ids with %s in it", match)
	}
	return nil
}
