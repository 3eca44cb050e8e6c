package follow

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"matchstream/internal/client"
)

// Where a match can be followed, when its server is more than one node. The
// address that was given comes first; from the first break on it is the nodes that
// checkin names, in its order: the one that has sent us away is not among them if it
// is leaving, and comes late if it is full. That address stays the last resort: the
// nodes' own may not be reachable from here.

// place is a node, as checkin names it.
type place struct {
	Host string
	Port int    // of the line protocol
	TLS  int    // of the same over TLS; 0: not there, or an older server does not say
	HTTP int    // 0: not there
	URL  string // of the API, with its scheme; "": an older server does not say
}

func join(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// checkin asks where the nodes are, and returns the addresses of the line protocol,
// the best first: over TLS where the API was asked over TLS, which is never left without
// a word. Where nobody answers, what is known of them holds on.
func (f *follower) checkin(ctx context.Context) (tcp []string, err error) {
	var at struct {
		Host  string
		Port  int
		TLS   int
		Nodes []place
	}
	if err := f.ask(ctx, "/1/checkin", &at); err != nil {
		return nil, err
	}
	f.places = at.Nodes
	own := place{Host: at.Host, Port: at.Port, TLS: at.TLS}
	all := append([]place{own}, f.places...)
	if f.broken {
		all = append(slices.Clone(f.places), own)
	}
	for _, p := range all {
		switch {
		case !f.secure():
			tcp = append(tcp, join(p.Host, p.Port))
		case p.TLS != 0:
			tcp = append(tcp, join(p.Host, p.TLS))
		}
	}
	if len(tcp) == 0 {
		return nil, errPlain
	}
	return tcp, nil
}

// ask the API, of another node if that which was given does not answer.
func (f *follower) ask(ctx context.Context, path string, answer any) error {
	err := f.Server.Call(ctx, http.MethodGet, path, "", nil, answer)
	for _, base := range f.others() {
		if !errors.Is(err, client.ErrGaveUp) && !client.Mismatch(err) || ctx.Err() != nil {
			break
		}
		other := *f.Server
		other.Base = base
		err = other.Call(ctx, http.MethodGet, path, "", nil, answer)
	}
	return err
}

// others are the addresses of the nodes' API and streams. Nobody is led from https to
// http.
func (f *follower) others() (all []string) {
	open := strings.HasPrefix(f.Server.Base, "http://")
	for _, p := range f.places {
		base, err := client.BaseURL(p.URL)
		if p.URL == "" && p.Host != "" && p.HTTP != 0 {
			base, err = "http://"+join(p.Host, p.HTTP), nil
		}
		if err == nil && !strings.Contains(base, "@") && (open || strings.HasPrefix(base, "https://")) && !slices.Contains(all, base) {
			all = append(all, base)
		}
	}
	return all
}

// bases are the addresses to ask for a stream over HTTP, in this order.
func (f *follower) bases(ctx context.Context) []string {
	f.checkin(ctx) //nolint:errcheck // a server without the line protocol answers that there is no port
	if !f.broken {
		return append([]string{f.Server.Base}, f.others()...)
	}
	return append(f.others(), f.Server.Base)
}
