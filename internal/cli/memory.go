package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// goPart of the memory that the process may have is the Go heap's at most. The
// rest is for what the kernel holds for the sockets, which counts for a control
// group, too.
const goPart = 0.9

// limitMemory has the Go runtime collect garbage more often when the process
// comes near to what its control group allows, instead of being killed for
// it. GOMEMLIMIT, where it is set, holds. It returns what to tell of it; "" for
// no limit.
func limitMemory(group memlimit.Provider, log *slog.Logger) string {
	if text := os.Getenv("GOMEMLIMIT"); text != "" {
		return text + " (GOMEMLIMIT)"
	}
	limit, err := memlimit.Set(memlimit.WithRatio(goPart), memlimit.WithProvider(group))
	switch {
	case errors.Is(err, memlimit.ErrCgroupsNotSupported), errors.Is(err, memlimit.ErrNoCgroup):
		return ""
	case err != nil:
		log.Warn("how much memory the control group allows is not known", "cause", err, "do", "set GOMEMLIMIT")
		return ""
	case limit == math.MaxInt64:
		return ""
	}
	return fmt.Sprintf("%.0f MB for the Go heap: nine tenths of what the control group allows (GOMEMLIMIT sets another limit)", float64(limit)/1e6)
}
