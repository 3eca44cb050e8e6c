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
	unknown     map[string]error // lookupErrors, by host and port
	allowed     lab.Allowed
}

// lookupError is a name that this machine could not look up, or that it may not call.
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
	addr, err := c.lookup(ctx, hostPort)
	if err != nil {
		var ours *lookupError
		if errors.As(err, &ours) {
			if c.unknown == nil {
				c.unknown = map[string]error{}
			}
			c.unknown[hostPort] = err
		}
		return 0, err
	}
	t := target{addr: addr, host: hostPort}
	for i := range t.lanes {
		t.lanes[i] = new(lane)
	}
	c.targets = append(c.targets, t)
	return len(c.targets) - 1, nil
}

// lookup is the address of a host and port, if that may be called. It is to be called by
// this address: the name may be another one by then. It may be called by any goroutine.
func (c *calls) lookup(ctx context.Context, hostPort string) (netip.AddrPort, error) {
	ctx, cancel := context.WithTimeout(ctx, resolveIn)
	defer cancel()
	host, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("expected host:port, not %q", hostPort)
	}
	addr, err := netip.ParseAddrPort(hostPort)
	if err != nil {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return addr, fmt.Errorf("expected a port from 1 to 65535, not %q", port)
		}
		ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		if err != nil {
			return addr, &lookupError{err}
		}
		addr = netip.AddrPortFrom(ips[0], uint16(n))
		for _, ip := range ips {
			if ip.Unmap().Is4() {
				addr = netip.AddrPortFrom(ip, uint16(n))
				break
			}
		}
	}
	addr = netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
	if err := c.allowed.Check(ctx, host, addr); err != nil {
		return addr, &lookupError{err}
	}
	return addr, nil
}

// newCalls finds out whom to call.
func newCalls(ctx context.Context, p *lab.Plan) (c calls, err error) {
	c.server = -1
	if c.allowed, err = lab.ParseAllowed(p.To); err != nil {
		return c, err
	}
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
		return c, c.checkin(ctx, p)
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

// checkin asks once for all where the lines are. The error is that they may not be called;
// of what else fails there each hears by himself.
func (c *calls) checkin(ctx context.Context, p *lab.Plan) error {
	ctx, cancel := context.WithTimeout(ctx, p.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(p.Server, "/")+"/1/checkin", nil)
	if err != nil {
		c.refusal, c.refusalText = lab.OwnFailure, err.Error()
		return nil
	}
	// Also where it is led elsewhere only what may be called is.
	dial := func(ctx context.Context, network, hostPort string) (net.Conn, error) {
		addr, err := c.lookup(ctx, hostPort)
		if err != nil {
			return nil, err
		}
		return new(net.Dialer).DialContext(ctx, network, addr.String())
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: dial}}
	a, err := client.Do(request)
	switch {
	case errors.Is(err, lab.ErrNotAllowed):
		return err
	case err != nil:
		c.refusal, c.refusalText = lab.Refused, err.Error()
		if ctx.Err() != nil {
			c.refusal = lab.TimedOut
		}
		return nil
	}
	defer a.Body.Close()
	body, err := io.ReadAll(io.LimitReader(a.Body, most))
	if err == nil && a.StatusCode == http.StatusOK {
		var at string
		if at, err = readCheckin(body, c.targets[c.server].host); err == nil {
			var i int
			if i, err = c.target(ctx, at); err == nil {
				c.lines = []int{i}
				return nil
			}
		}
	}
	if errors.Is(err, lab.ErrNotAllowed) {
		return err
	}
	c.refusal, c.refusalText = lab.Answered, fmt.Sprintf("checkin: %s, %.200s (%v)", a.Status, body, err)
	return nil
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
