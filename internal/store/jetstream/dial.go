package jetstream

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// Login is what a cluster may ask for beside what stands in its URL. All are names
// of files; "" is none.
type Login struct {
	Creds     string // a user's JWT and key, as nsc writes it
	CA        string // of who has signed the servers' certificates, PEM
	Cert, Key string // our own certificate, PEM; both or none
}

const (
	// startWithin is how long a start waits for servers that are starting, too.
	startWithin = 20 * time.Second
	// startPause is between two attempts.
	startPause = 250 * time.Millisecond
)

// Dial makes a store over a connection of its own to one of the servers in the
// URL, nats://user:password@a:4222,b:4222 (or tls://), and to another whenever it
// is lost. It gives up after 20 s if none of them serves. No error and no line of
// the log has the password.
func Dial(ctx context.Context, url string, login Login, o Options) (*Store, error) {
	servers, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	log := o.Log
	if log == nil {
		log = slog.Default()
	}
	options := append(servers.options(), nats.Name("matchstream"),
		nats.MaxReconnects(-1), nats.ReconnectWait(100*time.Millisecond), nats.ReconnectJitter(100*time.Millisecond, 100*time.Millisecond),
		nats.ReconnectBufSize(-1), // what is sent must not leave later
		nats.IgnoreAuthErrorAbort(),
		nats.Timeout(2*time.Second), nats.PingInterval(2*time.Second), nats.MaxPingsOutstanding(2),
		nats.SyncQueueLen(2*BatchMessages), // one batch; the default costs half a megabyte for each
		nats.DisconnectErrHandler(func(c *nats.Conn, err error) {
			if !c.IsClosed() {
				log.Warn("store: the connection is lost; another server is looked for", "cause", err, "name", servers.String())
			}
		}),
		nats.ReconnectHandler(func(c *nats.Conn) {
			log.Info("store: connected again", "address", c.ConnectedAddr())
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			log.Warn("store: the server objects", "cause", err)
		}))
	options = append(options, login.options()...)
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	var last error
	for {
		s, err := dial(ctx, servers, options, o)
		if err == nil {
			tellLimit(s.link.Conn, log)
			return s, nil
		}
		err = expected(err, o.Replicas)
		if last != nil && ctx.Err() != nil {
			err = last // that the time is over is no cause
		}
		if isFinal(err) || rest(ctx, startPause) != nil {
			return nil, fmt.Errorf("store at %s: %w", servers, err)
		}
		if last == nil {
			log.Warn("store: it does not serve yet; tried again until it does", "name", servers.String(), "cause", err, "over", startWithin)
		}
		last = err
	}
}

func dial(ctx context.Context, servers servers, options []nats.Option, o Options) (*Store, error) {
	conn, err := nats.Connect(servers.plain(), options...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w (expected a NATS server with JetStream; is it running, and are address, user and password right?)", store.ErrUnavailable, err)
	}
	err = checkServer(conn)
	if err == nil {
		var s *Store
		if s, err = New(ctx, conn, o); err == nil {
			s.then = conn.Close
			return s, nil
		}
	}
	conn.Close()
	return nil, err
}

// isFinal says whether another attempt would end the same.
func isFinal(err error) bool {
	var unfit *serverError
	var file *fs.PathError
	var refusal *js.APIError
	switch {
	case errors.As(err, &unfit), errors.As(err, &file), errors.Is(err, nats.ErrAuthorization), errors.Is(err, nats.ErrSecureConnWanted):
		return true
	case errors.As(err, &refusal): // servers that are starting do not know each other yet
		return refusal.Code != unavailable && refusal.ErrorCode != notEnoughServers
	}
	return !errors.Is(err, store.ErrUnavailable)
}

func (l Login) options() (o []nats.Option) {
	if l.Creds != "" {
		o = append(o, nats.UserCredentials(l.Creds))
	}
	if l.CA != "" {
		o = append(o, nats.RootCAs(l.CA))
	}
	if l.Cert != "" || l.Key != "" {
		o = append(o, nats.ClientCert(l.Cert, l.Key))
	}
	return o
}

// serverError is what a server is not fit for.
type serverError struct{ text string }

func (e *serverError) Error() string { return e.text }

// oldest is the first nats-server with batches of direct gets, and with messages
// that expire.
const oldest = "2.11"

// checkServer refuses a server that is too old.
func checkServer(conn *nats.Conn) error {
	var major, minor int
	version := conn.ConnectedServerVersion()
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil || major < 2 || major == 2 && minor < 11 {
		return &serverError{fmt.Sprintf("the server is nats-server %s, expected %s or newer", version, oldest)}
	}
	return nil
}

// tellLimit tells of a server that takes less at once than a record may have: those of
// operators are far shorter.
func tellLimit(conn *nats.Conn, log *slog.Logger) {
	if most := conn.MaxPayload(); most < store.MaxData+headroom {
		log.Info("store: the server takes less at once than the longest record may have; longer ones are refused", "bytes", most,
			"do", "set max_payload to 2MB in the configuration of all servers")
	}
}

// headroom is what a message needs beside its data.
const headroom = 4 << 10

// isNATS says whether a --store is meant for Dial.
func isNATS(url string) bool {
	return strings.HasPrefix(url, "nats://") || strings.HasPrefix(url, "tls://")
}
