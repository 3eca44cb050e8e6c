package doctor

import (
	"fmt"
	"strconv"
)

var processorChecks = []Check{
	{
		Code: "GOMAXPROCS",
		Why: "The server has a loop for each of so many processors. More than the control group's quota gives, and all loops are stopped together when it is used up, for up to a tenth of a second: " +
			"each watcher waits.",
		Remedy: "Leave GOMAXPROCS unset: Go (since 1.25) goes by the quota. Or raise the quota (`CPUQuota=`, `--cpus`).",
		Since:  "Then -smp enable gave Erlang a scheduler for each processor, and nobody had a quota. Go does the same by itself, and minds the quota.",
		look:   lookAtProcessors,
	},
}

func lookAtProcessors(p *patient) []Finding {
	if p.cpus == 0 {
		return cannotTell(fmt.Errorf("neither /%s nor /sys/devices/system/cpu/online says how many processors there are", p.own("status")))
	}
	if p.envErr != nil {
		return cannotTell(p.envErr)
	}
	if p.shareErr != nil {
		return cannotTell(p.shareErr)
	}
	quota, where := p.share, p.shareOf
	text := p.env["GOMAXPROCS"]
	measured := fmt.Sprintf("%d processors, no quota, GOMAXPROCS not set: %d loops", p.cpus, p.loops())
	if quota >= 0 {
		measured = fmt.Sprintf("%d processors, a quota of %.3g, GOMAXPROCS not set: %d loops", p.cpus, quota, p.loops())
	}
	if text != "" {
		measured = fmt.Sprintf("%d processors, GOMAXPROCS=%s", p.cpus, text)
		if quota >= 0 {
			measured = fmt.Sprintf("%d processors, a quota of %.3g, GOMAXPROCS=%s", p.cpus, quota, text)
		}
	}
	may := float64(p.cpus)
	if quota >= 0 {
		may = min(may, quota)
	}
	needed := fmt.Sprintf("a loop for each processor that it may have: %d", max(1, ceil(may)))
	var evidence []string
	if where != "" {
		evidence = append(evidence, "the quota is in /"+where)
	}
	n, err := strconv.Atoi(text)
	f := Finding{Measured: measured, Needed: needed, Evidence: evidence, Remedy: []string{"unset GOMAXPROCS"}}
	switch {
	case text != "" && (err != nil || n < 1):
		f.Severity, f.Evidence = Note, append(f.Evidence, "Go takes no notice of this GOMAXPROCS")
	case quota >= 0 && quota < 1:
		f = p.inUnit(f, "CPUQuota=200%%", "--cpus 2")
		f.Severity = Warning
		f.Needed = "one processor or more: with less, every deed of the collector stops the loops"
	case text != "" && int64(n) > ceil(may):
		f.Severity = Warning
	case text != "" && int64(n) < ceil(may):
		f.Severity = Note
	default:
		return fine(measured, needed, evidence...)
	}
	return one(f)
}
