package pumptest

import "matchstream/internal/pump"

// hearing makes Hearers of a function that remembers nothing.
func hearing(f func([]byte) ([]byte, pump.Reason)) func() pump.Hearer {
	return func() pump.Hearer { return hear(f) }
}

type hear func([]byte) ([]byte, pump.Reason)

func (f hear) Hear(p []byte) ([]byte, pump.Reason) { return f(p) }
func (f hear) Resting() bool                       { return true }
