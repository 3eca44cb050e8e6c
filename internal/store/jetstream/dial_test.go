package jetstream_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
	"matchstream/internal/store/jetstream/natstest"
)

// dial and let go; what was logged. Where it is not to succeed it need not try for long.
func dial(t *testing.T, within time.Duration, url string, login jetstream.Login) (*jetstream.Store, string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	var log bytes.Buffer
	s, err := jetstream.Dial(ctx, url, login, jetstream.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err == nil {
		s.Close()
	}
	return s, log.String(), err
}

// TestLogin: user, token and certificates as NATS users know them; who has none of
// them is told at once, and no password is said.
func TestLogin(t *testing.T) {
	t.Parallel()
	keys := natstest.NewKeys(t)
	server := func(extra string) string { return natstest.StartWith(t, jetstream.Program, extra).Servers[0].Address() }
	user := server(`authorization { user: me, password: "hush:hush" }`)
	token := server(`authorization { token: hushhush }`)
	tls := server(keys.Config())
	for _, test := range []struct {
		url   string
		login jetstream.Login
		bad   string // in the error
	}{
		{"nats://me:hush%3Ahush@" + user, jetstream.Login{}, ""},
		{"nats://me:hushed@" + user, jetstream.Login{}, "Authorization"},
		{"nats://" + user, jetstream.Login{}, "Authorization"},
		{"nats://hushhush@" + token, jetstream.Login{}, ""},
		{"nats://hush@" + token, jetstream.Login{}, "Authorization"},
		{"tls://" + tls, jetstream.Login{CA: keys.CA, Cert: keys.Cert, Key: keys.Key}, ""},
		{"nats://" + tls, jetstream.Login{CA: keys.CA, Cert: keys.Cert, Key: keys.Key}, ""},
		{"tls://" + tls, jetstream.Login{CA: keys.CA}, "tls"},
		{"tls://" + user, jetstream.Login{}, "secure"},
		{"nats://" + user, jetstream.Login{CA: "nothere.pem"}, "nothere.pem"},
		{"nats://" + user, jetstream.Login{Creds: "nothere.creds"}, "nothere.creds"},
	} {
		within := time.Minute
		if test.bad != "" {
			within = time.Second
		}
		_, log, err := dial(t, within, test.url, test.login)
		if (err == nil) != (test.bad == "") || err != nil && !strings.Contains(err.Error(), test.bad) {
			t.Errorf("%s: %v", test.url, err)
		}
		if said := log + fmt.Sprint(err); strings.Contains(said, "hush") {
			t.Errorf("%s: said %s", test.url, said)
		}
	}
}

// TestUnfit: what is no server for us is refused, with what would be one.
func TestUnfit(t *testing.T) {
	old, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	go func() {
		for {
			c, err := old.Accept()
			if err != nil {
				return
			}
			fmt.Fprintf(c, "INFO {\"server_id\":\"x\",\"version\":\"2.10.9\",\"max_payload\":1048576,\"headers\":true}\r\n")
			c.Read(make([]byte, 4096)) //nolint:errcheck // CONNECT and PING
			fmt.Fprintf(c, "PONG\r\n")
			defer c.Close()
		}
	}()
	if _, _, err := dial(t, time.Second, "nats://"+old.Addr().String(), jetstream.Login{}); err == nil || !strings.Contains(err.Error(), "is nats-server 2.10.9, expected 2.11 or newer") {
		t.Errorf("an old server: %v", err)
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	_, log, err := dial(t, time.Second, "nats://"+closed.Addr().String(), jetstream.Login{})
	if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "expected a NATS server with JetStream") {
		t.Errorf("no server: %v", err)
	}
	if strings.Count(log, "tried again until it does") != 1 || !strings.Contains(log, "over=20s") || !strings.Contains(log, "expected a NATS server") {
		t.Errorf("while it waits for a server it says, once: %q", log)
	}
	for _, c := range []struct{ server, login, want string }{
		{"jetstream: disabled", "", "expected jetstream {}"},
		{"accounts { A { users: [ { user: a, password: a } ] } }", "a:a@", "expected an account that may use JetStream"},
	} {
		at := natstest.StartWith(t, jetstream.Program, c.server).Servers[0].Address()
		_, log, err = dial(t, time.Second, "nats://"+c.login+at, jetstream.Login{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, expected %q", c.server, err, c.want)
		}
		if strings.Count(log, "tried again until it does") != 1 || strings.Contains(log, "max_payload") {
			t.Errorf("%s: while it waits it says %q", c.server, log)
		}
	}
}

// TestForeignStream: settings on which the promises rest are put right, or refused.
func TestForeignStream(t *testing.T) {
	t.Parallel()
	at := natstest.Start(t, jetstream.Program, 1).URL()
	conn, err := nats.Connect(at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	api, err := js.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	loose := jetstream.JournalConfig(1)
	loose.MaxAge, loose.AllowDirect = 1e15, false
	if _, err := api.CreateStream(t.Context(), loose); err != nil {
		t.Fatal(err)
	}
	if _, _, err := dial(t, time.Minute, at, jetstream.Login{}); err != nil {
		t.Fatal(err)
	}
	found, err := api.Stream(t.Context(), jetstream.JournalStream)
	if err != nil {
		t.Fatal(err)
	}
	if err := jetstream.CheckStream(found.CachedInfo().Config, jetstream.JournalConfig(1)); err != nil {
		t.Errorf("it was not put right: %v", err)
	}
	if err := api.DeleteStream(t.Context(), jetstream.JournalStream); err != nil {
		t.Fatal(err)
	}
	memory := jetstream.JournalConfig(1)
	memory.Storage = js.MemoryStorage
	if _, err := api.CreateStream(t.Context(), memory); err != nil {
		t.Fatal(err)
	}
	if _, _, err := dial(t, time.Minute, at, jetstream.Login{}); err == nil || !strings.Contains(err.Error(), "stream JOURNAL") {
		t.Errorf("a stream in memory was taken: %v", err)
	}
}

// TestStreamsOfOthers: a stream that only has the name of ours is left as it is.
func TestStreamsOfOthers(t *testing.T) {
	t.Parallel()
	at := natstest.Start(t, jetstream.Program, 1).URL()
	conn, err := nats.Connect(at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	api, err := js.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{jetstream.JournalStream, jetstream.CatalogueStream} {
		made, err := api.CreateStream(t.Context(), js.StreamConfig{Name: name, Description: "orders", Subjects: []string{"orders.>"}})
		if err != nil {
			t.Fatal(err)
		}
		before := made.CachedInfo().Config
		if _, _, err := dial(t, time.Minute, at, jetstream.Login{}); err == nil || !strings.Contains(err.Error(), "the stream "+name+" is not of a MatchStream") {
			t.Errorf("%s of somebody else: %v, expected that it is refused", name, err)
		}
		found, err := api.Stream(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if after := found.CachedInfo().Config; fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("it was %v, and is changed to %v", before, after)
		}
		if err := api.DeleteStream(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := dial(t, time.Minute, at, jetstream.Login{}); err != nil { // of its own it makes them
		t.Fatal(err)
	}
	conf := jetstream.JournalConfig(1)
	conf.Subjects = []string{"journal.>"}
	if _, err := api.UpdateStream(t.Context(), conf); err != nil {
		t.Fatal(err)
	}
	if _, _, err := dial(t, time.Minute, at, jetstream.Login{}); err != nil { // ours, and put right
		t.Errorf("a stream of ours with other subjects: %v", err)
	}
}
