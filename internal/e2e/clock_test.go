package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"matchstream/internal/node"
)

// clockVariable makes this program a node whose clock is wrong by what it says: the
// program itself takes no clock from outside.
const clockVariable = "MATCHSTREAM_TEST_CLOCK"

// serveWithClock is matchstream serve, as far as these tests need it, with a clock of
// its own.
func serveWithClock(args []string) error {
	wrong, err := time.ParseDuration(os.Getenv(clockVariable))
	if err != nil {
		return err
	}
	c := node.Config{HandshakeTimeout: time.Minute, SendTimeout: 32 * time.Second, Heartbeat: 15 * time.Second, Lag: 1000, Users: 1000,
		Version: "test", OperatorToken: os.Getenv("MATCHSTREAM_OPERATOR_TOKEN"),
		Clock: func() time.Time { return time.Now().Add(wrong) }}
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	for name, to := range map[string]*string{"data": &c.Data, "http": &c.HTTP, "tcp": &c.TCP, "admin": &c.Admin, "node": &c.Name, "store": &c.Store,
		"cluster-listen": &c.Cluster.Listen, "cluster-peers": &c.Cluster.Peers, "cluster-secret": &c.Cluster.Secret} {
		f.StringVar(to, name, "", "")
	}
	f.DurationVar(&c.Drain, "drain", 0, "")
	f.DurationVar(&c.DrainDelay, "drain-delay", 0, "")
	if err := f.Parse(args); err != nil {
		return err
	}
	if c.Store == "" {
		c.Store = "embedded"
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	n, err := node.Start(ctx, c)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-n.Done():
	}
	return n.Shutdown(context.WithoutCancel(ctx))
}

// childNode is the whole program, if it was started to be such a node.
func childNode() {
	if os.Getenv(clockVariable) == "" {
		return
	}
	if err := serveWithClock(os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}
