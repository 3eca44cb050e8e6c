package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"matchstream/internal/client"
)

// nodeAsked is which node is asked for something, and at whose admin address.
type nodeAsked struct {
	Node      string `arg:"" optional:"" help:"Name of the node; else the one whose admin address is asked."`
	Admin     string `default:"http://127.0.0.1:8889" placeholder:"URL" help:"Admin address of any node of the server."`
	TokenFile string `placeholder:"FILE" help:"File with a token of scope admin, which an admin address needs that others reach; else it is taken from $MATCHSTREAM_TOKEN."`
}

// nodeCrowd is what a node answers.
type nodeCrowd struct {
	Node     string
	Watchers int64
	Draining bool
	Told     int
}

// ask the admin address for something that its node does, or has another do.
func (c *nodeAsked) ask(ctx context.Context, method, path string, values url.Values) (now nodeCrowd, err error) {
	at, err := client.New(c.Admin)
	if err != nil {
		return now, usagef("--admin: %w", err)
	}
	with, err := adminBearer(c.TokenFile)
	if err != nil {
		return now, err
	}
	at.HTTP = &http.Client{Transport: with}
	if c.Node != "" {
		values.Set("node", c.Node)
	}
	err = at.Call(ctx, method, path+"?"+values.Encode(), "", nil, &now)
	var refused *client.Refusal
	switch {
	case client.Unreachable(err):
		return now, fmt.Errorf("nobody answers at %s: expected the admin address of a node (serve --admin) in --admin: %w", at.Base, err)
	case client.Is(err, http.StatusNotFound) && errors.As(err, &refused):
		return now, errors.New(refused.Detail)
	case client.Is(err, http.StatusConflict) && errors.As(err, &refused):
		return now, errors.New(strings.Replace(refused.Detail, "all the same: force", "all the same: --force", 1))
	case client.Is(err, http.StatusUnprocessableEntity) && errors.As(err, &refused):
		return now, usagef("%s", refused.Detail)
	}
	return now, err
}

// adminBearer has the token of a file, or, without one, of the environment.
func adminBearer(file string) (bearer, error) {
	if file == "" {
		return bearer{token: os.Getenv(tokenVariable)}, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return bearer{}, fmt.Errorf("--token-file: %w", err)
	}
	return bearer{token: strings.TrimSpace(string(b))}, nil
}

// bearer sends a token with each request, if there is one.
type bearer struct{ token string }

// RoundTrip as an http.RoundTripper does.
func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if r.Header.Del("Authorization"); b.token != "" {
		r.Header.Set("Authorization", "Bearer "+b.token)
	}
	return http.DefaultTransport.RoundTrip(r)
}
