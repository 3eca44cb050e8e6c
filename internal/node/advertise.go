package node

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// advertised is where clients are told that this node is, or all nodes are.
type advertised struct {
	host   string // "": where they reached it
	port   int    // of the API; 0: the one that is listened on
	scheme string // of the API; "": what is spoken there
}

// CheckAdvertise says what is wrong with a --advertise: "" or a host; host:port, where
// the API has another port for clients than that which is listened on; or a URL, where
// something before the node speaks TLS.
func CheckAdvertise(text string) error {
	_, err := parseAdvertise(text)
	return err
}

var errAdvertise = errors.New("a host name or IP address; with a port (host:80) where clients reach the API at another than that of --http; or as a URL (https://host) where something before this node speaks TLS")

func parseAdvertise(text string) (a advertised, err error) {
	host := text
	if scheme, rest, isURL := strings.Cut(text, "://"); isURL {
		host = strings.TrimSuffix(rest, "/")
		switch scheme {
		case "https":
			a = advertised{scheme: scheme, port: 443}
		case "http":
			a = advertised{scheme: scheme, port: 80}
		default:
			return advertised{}, errAdvertise
		}
		if host == "" {
			return advertised{}, errAdvertise
		}
	}
	if _, err := netip.ParseAddr(host); err != nil { // else it may have colons in it
		if name, port, err := net.SplitHostPort(host); err == nil {
			n, err := strconv.ParseUint(port, 10, 16)
			if err != nil || n == 0 || name == "" {
				return advertised{}, errAdvertise
			}
			host, a.port = name, int(n)
		} else if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
			host = host[1 : len(host)-1]
		}
	}
	if _, err := netip.ParseAddr(host); err != nil && strings.ContainsFunc(host, noName) {
		return advertised{}, errAdvertise
	}
	a.host = host
	return a, nil
}

func noName(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`/:?#@[]\,`, r) }

// apiAt is the address of an API as clients write it; "" without host or port.
func apiAt(scheme, host string, port int) string {
	if host == "" || port == 0 {
		return ""
	}
	u := url.URL{Scheme: scheme, Host: net.JoinHostPort(host, strconv.Itoa(port))}
	if scheme == "http" && port == 80 || scheme == "https" && port == 443 {
		u.Host = strings.TrimSuffix(u.Host, ":"+strconv.Itoa(port))
	}
	return u.String()
}
