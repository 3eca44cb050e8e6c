package peers

import (
	"fmt"
	"log/slog"
	"strings"

	"matchstream/internal/store"
)

// serverLog gives the server's log lines to slog. What is a notice to an operator of
// NATS is a detail here, and so is what was told already.
type serverLog struct {
	log     *slog.Logger
	health  *health
	repeats *repeats
}

func (l serverLog) Noticef(format string, v ...any) { say(l.log.Debug, fmt.Sprintf(format, v...)) }
func (l serverLog) Debugf(format string, v ...any)  { say(l.log.Debug, fmt.Sprintf(format, v...)) }
func (l serverLog) Tracef(format string, v ...any)  { say(l.log.Debug, fmt.Sprintf(format, v...)) }

func (l serverLog) Warnf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	say(l.warning(text), text)
}

func (l serverLog) Errorf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	if strings.HasPrefix(text, "Error trying to connect to route") {
		say(l.log.Debug, text) // wait.go says whom one waits for
		return
	}
	say(l.failure(text), text+hint(text))
	if strings.Contains(text, "our server was removed from the cluster") { // nats-server v2.15: jetStream.processRemovePeer
		l.health.fail(store.ErrRemoved)
	}
	l.health.doubt()
}

// usual are warnings that ask nothing of anybody: what comes after every kill and at
// every start, and what is meant so: a certificate that is verified otherwise (tls.go).
var usual = []string{
	"TTL state is outdated",
	"Stream state outdated",
	"Stream state too short",
	"Recovering stream state from index errored",
	"Metalayer blocking snapshot",
	"Waiting for routing to be established",
	"JetStream has not established contact with a meta leader",
	"TLS certificate chain and hostname of solicited routes",
	"Falling behind in health check",
	"Health check OK, no longer falling behind",
}

func (l serverLog) warning(text string) func(string, ...any) {
	for _, u := range usual {
		if strings.Contains(text, u) {
			return l.log.Debug
		}
	}
	return l.log.Warn
}

// failure is where an error is told. That a node is gone the first that writes to it
// finds, with an error of the socket; its restart is nothing more.
func (l serverLog) failure(text string) func(string, ...any) {
	left := strings.Contains(text, "Error flushing") && (strings.Contains(text, "broken pipe") || strings.Contains(text, "connection reset by peer"))
	if left || l.repeats.repeated(text) {
		return l.log.Debug
	}
	return l.log.Error
}

// hint says what may be behind an error that does not tell.
func hint(text string) string {
	switch {
	case strings.Contains(text, "first record does not look like a TLS handshake"):
		return "; who is at the other end speaks no TLS: is this the port of its --cluster-listen, and no other, and is it a node without --cluster-insecure?"
	case strings.Contains(text, "Router parser ERROR") && strings.Contains(text, "TTP/1."):
		return "; who is at the other end speaks HTTP: expected the port of its --cluster-listen"
	case strings.Contains(text, "remote error: tls: bad certificate"):
		return "; who is at the other end has another cluster secret (--cluster-secret)"
	}
	return ""
}

// Fatalf says why the server cannot start. It does not end the process.
func (l serverLog) Fatalf(format string, v ...any) {
	err := fmt.Errorf("server of the cluster: "+format, v...)
	if strings.HasPrefix(format, "Error listening on router port") {
		err = fmt.Errorf("expected an address for --cluster-listen that is free and this machine's: %w", err)
	}
	l.health.fail(err)
}

func say(to func(string, ...any), text string) { to("store: server of the cluster: " + text) }
