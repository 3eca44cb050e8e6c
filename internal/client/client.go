// Package client speaks the HTTP API of a server from outside, as any program
// does. What can be repeated is repeated until it is answered, with rising
// waits; what is refused is told as it is.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const patience = 30 * time.Second // with one attempt

// Client speaks to one server. Its methods may be called by any goroutine as
// long as Note may be.
type Client struct {
	Base        string        // http://localhost:8888, as BaseURL makes it
	HTTP        *http.Client  // needed
	Token       string        // an operator's; sent with whatever is no GET
	TokenAlways bool          // with a GET, too, as an admin address wants it
	Clock       Clock         // needed
	GiveUp      time.Duration // how long one request is repeated; 0: not at all
	Note        func(string)  // told when the server goes and when it is back
}

// New is a client of a server for few requests at a time, which notes nothing
// and repeats nothing. The error says what is wrong with the address.
func New(server string) (*Client, error) {
	base, err := BaseURL(server)
	return &Client{Base: base, HTTP: http.DefaultClient, Clock: RealClock{}, Note: func(string) {}}, err
}

// BaseURL is a server's address without a slash at the end. Its error shows no
// password.
func BaseURL(server string) (string, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		if strings.Contains(server, "@") {
			server = "(not shown, as it may have a password in it)"
		}
		return "", fmt.Errorf("server %q: expected an address like http://localhost:8888", server)
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// Call makes a request and repeats it until it is answered: with a 2xx, whose
// body goes to answer (may be nil), or with a *Refusal. Any other error is
// ctx's, a Mismatch, or tells that it has been tried for too long (ErrGaveUp). A POST needs
// a key, which makes repeating it safe; PUT, DELETE and GET are safe by
// themselves.
func (c *Client) Call(ctx context.Context, method, path, key string, body []byte, answer any) error {
	r := request{method: method, path: path, key: key, body: body, accept: "application/json"}
	b, err := c.repeat(ctx, r)
	if err != nil || answer == nil {
		return err
	}
	if err := json.Unmarshal(b, answer); err != nil {
		return fmt.Errorf("%s %s%s: expected JSON of the MatchStream API in the answer: %w", method, c.Base, path, err)
	}
	return nil
}

// Get is the body of a GET, in the form that accept names; errors as of Call.
func (c *Client) Get(ctx context.Context, path, accept string) ([]byte, error) {
	return c.repeat(ctx, request{method: http.MethodGet, path: path, accept: accept})
}

type request struct {
	method, path, key, accept string
	body                      []byte
}

// repeat makes a request until it is answered.
func (c *Client) repeat(ctx context.Context, r request) ([]byte, error) {
	began := c.Clock.Now()
	wait := NewBackoff()
	for away := false; ; away = true {
		b, trouble, err := c.attempt(ctx, r)
		if trouble == nil {
			if away {
				c.Note("the server answers again")
			}
			return b, err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if c.GiveUp == 0 {
			return nil, fmt.Errorf("%w: %w", ErrGaveUp, trouble)
		}
		if !away {
			c.Note(fmt.Sprintf("%v; trying again for %v", trouble, c.GiveUp))
		}
		next := c.Clock.Now().Add(wait.Next(trouble.after))
		if next.Sub(began) > c.GiveUp {
			return nil, fmt.Errorf("%w after %v without success: %w", ErrGaveUp, c.GiveUp, trouble)
		}
		if err := c.Clock.Until(ctx, next); err != nil {
			return nil, err
		}
	}
}

// attempt makes the request once. Without trouble err is the outcome.
func (c *Client) attempt(ctx context.Context, to request) ([]byte, *trouble, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, to.method, c.Base+to.path, bytes.NewReader(to.body))
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("Accept", to.accept)
	if to.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if to.key != "" {
		r.Header.Set("Idempotency-Key", to.key)
	}
	// Reading is for everybody; a wrong token would be an error there too, but
	// shall be told where it matters.
	if to.method != http.MethodGet || c.TokenAlways && c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	response, err := c.HTTP.Do(r)
	if err != nil {
		if err = inWords(err); Mismatch(err) {
			return nil, nil, err
		}
		return nil, &trouble{cause: err}, nil
	}
	defer response.Body.Close()
	b, err := readAll(response.Body, maxAnswer)
	if errors.Is(err, errLong) {
		return nil, nil, fmt.Errorf("%s %s%s: %w", to.method, c.Base, to.path, err)
	}
	if err != nil {
		return nil, &trouble{cause: inWords(err)}, nil
	}
	if response.StatusCode/100 != 2 {
		trouble, err := refused(response, b)
		return nil, trouble, err
	}
	return b, nil, nil
}
