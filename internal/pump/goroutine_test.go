package pump_test

import (
	"testing"

	"go.uber.org/goleak"

	"matchstream/internal/pump"
	"matchstream/internal/pump/pumptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGoroutine(t *testing.T) {
	pumptest.Run(t, func(o pump.Options) pump.Pump { return pump.NewGoroutine(o) })
}

// Over TLS a watcher may rely on the same.
func TestGoroutineOverTLS(t *testing.T) {
	pumptest.RunOverTLS(t, func(o pump.Options) pump.Pump { return pump.NewGoroutine(o) })
}
