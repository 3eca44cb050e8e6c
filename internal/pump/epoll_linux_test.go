package pump_test

import (
	"testing"

	"matchstream/internal/pump"
	"matchstream/internal/pump/pumptest"
)

func TestEpoll(t *testing.T) {
	pumptest.Run(t, func(o pump.Options) pump.Pump {
		p, err := pump.NewEpoll(o, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		return p
	})
}
