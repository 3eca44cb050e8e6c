package requests

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"sync/atomic"

	"matchstream/internal/lab"
)

// request is one kind of request, ready to be sent.
type request struct {
	lab.Request
	text []byte        // all of it
	head *http.Request // what reading its answer depends on: the method

	// The last body that was found to be JSON. Most answers are alike, and comparing is
	// much cheaper than reading.
	valid atomic.Pointer[[]byte]
}

// prepare looks at a load, and makes all that its users share.
func prepare(ctx context.Context, load lab.Load) (*run, error) {
	if load.Users < 1 || load.AtOnce < 1 || load.Over < 0 {
		return nil, fmt.Errorf("%d users, %d at once, over %v: expected at least one user, one connection, and no negative time", load.Users, load.AtOnce, load.Over)
	}
	if len(load.Requests) == 0 {
		return nil, errors.New("expected at least one request")
	}
	if load.Patience <= 0 {
		load.Patience = patience
	}
	r := &run{Load: load, requests: make([]request, len(load.Requests)), waiting: wait}
	var first *url.URL
	for i, one := range load.Requests {
		u, err := r.requests[i].prepare(one)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = u
		}
		if u.Scheme != first.Scheme || u.Host != first.Host {
			return nil, fmt.Errorf("%s and %s: expected all requests to go to one server, since a user has one connection", first, u)
		}
	}
	if first.Scheme == "https" {
		r.tls = &tls.Config{ServerName: first.Hostname(), NextProtos: []string{"http/1.1"}}
	}
	addresses, err := resolve(ctx, first)
	if err != nil {
		return nil, err
	}
	r.dialer = dialer{to: addresses, connect: connect}
	r.tally = newTally(load)
	return r, nil
}

func (r *request) prepare(one lab.Request) (*url.URL, error) {
	if one.Method == "" {
		one.Method = http.MethodGet
	}
	h, err := http.NewRequest(one.Method, one.URL, bytes.NewReader([]byte(one.Body)))
	if err != nil || h.URL.Scheme != "http" && h.URL.Scheme != "https" || h.URL.Host == "" || h.URL.User != nil || one.Name == "" {
		return nil, fmt.Errorf("request %q, %s %s: expected a name, a method and an http:// or https:// address without a user", one.Name, one.Method, shown(one.URL))
	}
	h.Header.Set("User-Agent", "matchstream-lab")
	h.Header.Set("Accept", "*/*")
	if one.Body != "" {
		h.Header.Set("Content-Type", "application/json")
	}
	var text bytes.Buffer
	if err := h.Write(&text); err != nil {
		return nil, fmt.Errorf("request %s: %w", one.Name, err)
	}
	r.Request, r.text, r.head = one, text.Bytes(), &http.Request{Method: one.Method}
	return h.URL, nil
}

// shown is an address without what may be a password.
func shown(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Redacted()
	}
	return "(an address that cannot be read)"
}

// resolve looks up where a server is, once for all users.
func resolve(ctx context.Context, u *url.URL) ([]netip.AddrPort, error) {
	text := u.Port()
	if text == "" {
		text = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || port == 0 {
		return nil, fmt.Errorf("%s: expected a port from 1 to 65535", u.Host)
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return nil, fmt.Errorf("%s: expected the name or the address of a server: %w", u.Hostname(), err)
	}
	var all []netip.AddrPort
	for _, ip := range found {
		all = append(all, netip.AddrPortFrom(ip.Unmap(), uint16(port)))
	}
	return all, nil
}
