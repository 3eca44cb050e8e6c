package fleet

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// AgentPort is where agents listen if it is not said.
const AgentPort = "7700"

// protocol is what TLS calls ours.
const protocol = "matchstream-lab"

// WithPort is an agent's address with its port.
func WithPort(address string) string {
	if _, _, err := net.SplitHostPort(address); err == nil {
		return address
	}
	return net.JoinHostPort(strings.Trim(address, "[]"), AgentPort)
}

// dial asks an agent to be a part.
func dial(ctx context.Context, address string, secret []byte) (*part, error) {
	name := "agent " + WithPort(address)
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	d := tls.Dialer{
		NetDialer: &net.Dialer{KeepAlive: beat},
		// The agent proves itself by the secret, not by its certificate.
		Config: &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true, NextProtos: []string{protocol}},
	}
	c, err := d.DialContext(within, "tcp", WithPort(address))
	var refused *net.OpError
	switch {
	case errors.As(err, &refused) && refused.Op == "dial":
		return nil, fmt.Errorf("%s cannot be reached: expected a matchstream lab agent there: %w", name, err)
	case err != nil:
		return nil, fmt.Errorf("%s: expected a matchstream lab agent: %w", name, err)
	}
	l := newLink(c, mostUnproven)
	if err := convince(c.(*tls.Conn), l, secret); err != nil {
		l.close()
		return nil, fmt.Errorf("%s %w", name, err)
	}
	l.most = mostBytes
	p := newPart(name, l)
	p.remote = true
	return p, p.begin(ctx)
}

// convince an agent that we have the secret, and see whether it has.
func convince(c *tls.Conn, l *link, secret []byte) error {
	c.SetDeadline(time.Now().Add(patience))
	defer c.SetDeadline(time.Time{})
	ours, err := prove(secret, coordinator, c)
	if err != nil {
		return err
	}
	if err := l.send(message{Kind: proof, Proof: ours, Who: me()}); err != nil {
		return err
	}
	m, err := l.receive()
	switch {
	case err != nil:
		return fmt.Errorf("has hung up before it has said who it is: %w", err)
	case m.Error != "":
		// Whoever it is has not proven himself: nothing that acts on a terminal.
		return errors.New("refuses: " + strings.Trim(strconv.QuoteToGraphic(m.Error), `"`))
	case !proven(secret, agent, c, m.Proof):
		return errors.New("has not our secret: expected the same file on both sides")
	}
	return nil
}
