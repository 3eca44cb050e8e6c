package embedded

import (
	"fmt"
	"log/slog"
	"strings"
)

// serverLog gives the server's log lines to slog. What is a notice to an
// operator of NATS is a detail here.
type serverLog struct {
	log    *slog.Logger
	health *health
}

func (l serverLog) Noticef(format string, v ...any) { l.say(l.log.Debug, format, v) }
func (l serverLog) Debugf(format string, v ...any)  { l.say(l.log.Debug, format, v) }
func (l serverLog) Tracef(format string, v ...any)  { l.say(l.log.Debug, format, v) }
func (l serverLog) Warnf(format string, v ...any)   { l.say(l.warning(format), format, v) }
func (l serverLog) Errorf(format string, v ...any)  { l.say(l.log.Error, format, v); l.health.doubt() }

// usual are warnings that come after every kill, and ask nothing of anybody.
var usual = []string{"TTL state is outdated; attempting to recover"}

func (l serverLog) warning(format string) func(string, ...any) {
	for _, u := range usual {
		if strings.Contains(format, u) {
			return l.log.Debug
		}
	}
	return l.log.Warn
}

// Fatalf says why the server cannot start. It does not end the process.
func (l serverLog) Fatalf(format string, v ...any) {
	l.health.fail(fmt.Errorf("embedded server: "+format, v...))
}

func (l serverLog) say(to func(string, ...any), format string, v []any) {
	to("store: embedded server: " + fmt.Sprintf(format, v...))
}
