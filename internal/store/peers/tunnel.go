package peers

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// Whoever may do what an admin may reaches a node's store through its admin address,
// as matchstream admin copy does: an HTTP request is turned into a connection to the
// server inside the process.
const (
	tunnelProtocol = "matchstream-store"
	passwordHeader = "Matchstream-Password"
)

// Tunnel answers a request with a connection to the store. It returns when that ends.
// Who asks must have been let in before.
func (s *Store) Tunnel(w http.ResponseWriter, r *http.Request) error {
	if r.Header.Get("Upgrade") != tunnelProtocol {
		return errors.New("expected a request of matchstream admin copy")
	}
	there, err := inside{s}.InProcessConn()
	if err != nil {
		return err
	}
	defer there.Close()
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return err
	}
	defer here.Close()
	defer context.AfterFunc(s.closing, func() { here.Close() })()
	if err := here.SetDeadline(time.Time{}); err != nil {
		return nil
	}
	fmt.Fprintf(buffered, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n%s: %s\r\n\r\n", tunnelProtocol, passwordHeader, s.plan.password)
	if buffered.Flush() != nil {
		return nil
	}
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		io.Copy(here, there) //nolint:errcheck // the end of either is the end of both
		here.Close()
	}()
	io.Copy(there, buffered) //nolint:errcheck // as above
	there.Close()
	<-answered
	return nil
}

// Dial opens the store of a cluster through the admin address of one of its nodes,
// http:// or https://. token is of scope admin; "" where none is asked for.
func Dial(ctx context.Context, admin, token string, log *slog.Logger) (store.Store, error) {
	at, err := url.Parse(admin)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, fmt.Errorf("expected the admin address of a node, like http://127.0.0.1:8889, got %q", admin)
	}
	d := &dialer{ctx: ctx, at: at, token: token}
	conn, err := nats.Connect("nats://"+at.Host, nats.SetCustomDialer(d), nats.UserInfoHandler(func() (string, string) { return user, d.password.Load().(string) }),
		nats.ReconnectBufSize(-1), nats.MaxReconnects(-1), nats.IgnoreDiscoveredServers(), nats.Name("matchstream admin copy"))
	if d.refused != nil {
		err = d.refused // nats.go has only that no server is there
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", admin, err)
	}
	s, err := jetstream.New(ctx, conn, jetstream.Options{Log: log, Patience: time.Minute})
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("%s: %w", admin, err)
	}
	return &dialled{s, conn}, nil
}

type dialled struct {
	store.Store
	conn *nats.Conn
}

// Close implements store.Store.
func (d *dialled) Close() error {
	err := d.Store.Close()
	d.conn.Close()
	return err
}

// dialer connects nats.go to a Tunnel.
type dialer struct {
	ctx      context.Context
	at       *url.URL
	token    string
	password atomic.Value // string
	refused  error        // of the first dial
}

// Dial implements nats.CustomDialer.
func (d *dialer) Dial(network, _ string) (net.Conn, error) {
	conn, err := d.dial(network)
	if d.password.Load() == nil {
		d.refused = err
		d.password.Store("")
	}
	return conn, err
}

func (d *dialer) dial(network string) (net.Conn, error) {
	address := d.at.Host
	if d.at.Port() == "" {
		address = net.JoinHostPort(d.at.Hostname(), d.at.Scheme)
	}
	within := &net.Dialer{Timeout: patience}
	var conn net.Conn
	var err error
	if d.at.Scheme == "https" {
		conn, err = (&tls.Dialer{NetDialer: within}).DialContext(d.ctx, network, address)
	} else {
		conn, err = within.DialContext(d.ctx, network, address)
	}
	if err != nil {
		return nil, err
	}
	tunnel, err := d.ask(conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return tunnel, nil
}

// ask for the tunnel.
func (d *dialer) ask(conn net.Conn) (net.Conn, error) {
	r, err := http.NewRequestWithContext(d.ctx, http.MethodGet, d.at.JoinPath("cluster", "store").String(), nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", tunnelProtocol)
	if d.token != "" {
		r.Header.Set("Authorization", "Bearer "+d.token)
	}
	if err := errors.Join(conn.SetDeadline(time.Now().Add(patience)), r.Write(conn)); err != nil {
		return nil, err
	}
	buffered := bufio.NewReader(conn)
	answer, err := http.ReadResponse(buffered, r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 1000))
		answer.Body.Close()
		return nil, fmt.Errorf("it answered %s: %s", answer.Status, strings.TrimSpace(string(text)))
	}
	d.password.Store(answer.Header.Get(passwordHeader))
	return &buffering{conn, buffered}, conn.SetDeadline(time.Time{})
}

// buffering is a connection of which something was read already.
type buffering struct {
	net.Conn
	from *bufio.Reader
}

func (b *buffering) Read(p []byte) (int, error) { return b.from.Read(p) }
