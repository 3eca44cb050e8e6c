package cli

import (
	"errors"
	"log/slog"
	"math"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// The Go heap gets nine tenths of what the control group allows, unless the
// environment says otherwise, or there is no limit.
func TestLimitMemory(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	var said strings.Builder
	log := slog.New(slog.NewTextHandler(&said, nil))
	fails := func(err error) memlimit.Provider { return func() (uint64, error) { return 0, err } }
	for name, c := range map[string]struct {
		group       memlimit.Provider
		environment string
		told, log   string
		limit       int64
	}{
		"limited":   {group: memlimit.Limit(100e6), told: "90 MB for the Go heap", limit: 90e6},
		"no limit":  {group: fails(memlimit.ErrNoLimit), limit: math.MaxInt64},
		"no group":  {group: fails(memlimit.ErrNoCgroup), limit: math.MaxInt64},
		"no Linux":  {group: fails(memlimit.ErrCgroupsNotSupported), limit: math.MaxInt64},
		"unknown":   {group: fails(errors.New("no such file")), log: "no such file", limit: math.MaxInt64},
		"told else": {group: memlimit.Limit(100e6), environment: "1GiB", told: "1GiB (GOMEMLIMIT)", limit: math.MaxInt64},
	} {
		t.Run(name, func(t *testing.T) {
			debug.SetMemoryLimit(math.MaxInt64)
			said.Reset()
			if c.environment != "" {
				t.Setenv("GOMEMLIMIT", c.environment)
			}
			if told := limitMemory(c.group, log); !strings.HasPrefix(told, c.told) || c.told == "" && told != "" {
				t.Errorf("told %q, want %q", told, c.told)
			}
			if limit := debug.SetMemoryLimit(-1); limit != c.limit {
				t.Errorf("the limit is %d, want %d", limit, c.limit)
			}
			if !strings.Contains(said.String(), c.log) || c.log == "" && said.Len() > 0 {
				t.Errorf("the log says %s", &said)
			}
		})
	}
}
