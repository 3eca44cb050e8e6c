package edge

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// here is the address of this edge, as the origin sees it unless it is translated.
type here struct{ ip atomic.Pointer[string] }

type dial func(ctx context.Context, network, address string) (net.Conn, error)

// noted notes from where a connection goes.
func (h *here) noted(d dial) dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := d(ctx, network, address)
		if err == nil {
			h.is(c)
		}
		return c, err
	}
}

func (h *here) is(c net.Conn) (ip string) {
	if a, ok := c.LocalAddr().(*net.TCPAddr); ok {
		ip = a.IP.String()
	} else if a, ok := c.LocalAddr().(*net.UDPAddr); ok {
		ip = a.IP.String()
	}
	if ip != "" {
		h.ip.Store(&ip)
	}
	return ip
}

// looking is how long it may take to find the address: that it cannot be told is less
// than that nothing is asked.
const looking = time.Second

// address is known from the first connection on; before, the kernel is asked for the way
// there, and nothing is sent. "": there is none, or it leads over a proxy, which alone may
// know the origin's name.
func (h *here) address(r *http.Request, proxy func(*http.Request) (*url.URL, error)) string {
	if ip := h.ip.Load(); ip != nil {
		return *ip
	}
	if by, err := proxy(r); by != nil || err != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(r.Context(), looking)
	defer cancel()
	var d net.Dialer
	c, err := d.DialContext(ctx, "udp", net.JoinHostPort(r.URL.Hostname(), portOf(r.URL)))
	if err != nil {
		return ""
	}
	defer c.Close()
	return h.is(c)
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
