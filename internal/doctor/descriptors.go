package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

var descriptorChecks = []Check{
	{
		Code: "descriptors",
		Why: "A watcher is a connection, and a connection is a descriptor. Several layers allow so many; the smallest wins. " +
			"The server says at its start how many watchers fit, and turns away whoever comes beyond.",
		Remedy: "Raise the layer that wins: `ulimit -n` in the shell, `LimitNOFILE=` of the systemd unit, a line in `/etc/security/limits.d` for logins, `--ulimit nofile=` of docker, `fs.nr_open` and `fs.file-max` of the kernel.",
		Since: "Then 1,024 was the usual limit, for the soft and the hard one, and ulimit -n was the first thing to do. Today systemd gives a hard limit of 524,288 (since 240), and Go " +
			"raises the soft limit to the hard one by itself, so the soft one does not matter. Erlang's own limits beside it (ERL_MAX_PORTS, ETS tables) have no counterpart here.",
		look: lookAtDescriptors,
	},
	{
		Code:   "systemd-nofile",
		Why:    "A service does not have the limits of a login: its unit says how many descriptors it may have, or else systemd's default does.",
		Remedy: "`LimitNOFILE=` in a drop-in of the unit.",
		look:   lookAtUnit,
	},
	{
		Code:   "threads",
		Why:    "The server needs a thread for each loop and for each sync of a file that is waited for. A control group (pids.max) or the user's limit (RLIMIT_NPROC) may forbid them, and then Go ends the process.",
		Remedy: "`TasksMax=` of the systemd unit, `--pids-limit` of docker, `LimitNPROC=`.",
		Since: "Erlang's limit of processes (+P) has no counterpart: goroutines are as many as fit into memory, and on Linux a watcher is not even one of those. " +
			"Nor has +K (kernel poll): the loops are on epoll, always, as Erlang is since OTP 21.",
		look: lookAtThreads,
	},
}

func lookAtDescriptors(p *patient) []Finding {
	text, err := p.text(p.own("limits"))
	if err != nil {
		return cannotTell(err)
	}
	soft, hard, err := parseLimit(text, "Max open files")
	if err != nil {
		return cannotTell(&unreadable{p.own("limits"), err.Error(), err})
	}
	need := p.descriptors()
	layers := []layer{{"the hard limit of the process (RLIMIT_NOFILE" + p.origin(hard) + ")", hard}}
	evidence := []string{fmt.Sprintf("soft limit: %s (Go raises it to the hard one)", count(soft))}
	if p.PID != 0 { // it runs: what it has is what it has raised itself
		layers[0] = layer{"the soft limit of the process (RLIMIT_NOFILE" + p.origin(soft) + ")", soft}
		evidence = []string{"hard limit: " + count(hard)}
	}
	more, said, unknown := p.hostLayers()
	layers, evidence = append(layers, more...), append(evidence, said...)
	wins := slices.MinFunc(layers, func(a, b layer) int { return cmp.Compare(a.allows, b.allows) })
	for _, l := range layers {
		evidence = append(evidence, l.name+": "+count(l.allows))
	}
	able := p.mayRaise()
	evidence = append(evidence, able.said)
	measured := fmt.Sprintf("%s; %s wins", count(wins.allows), wins.name)
	needed := fmt.Sprintf("%s: one for each of %s watchers, and those kept for API, journal and listeners", count(need), count(int64(p.Watchers)))
	switch {
	case wins.allows >= need && len(unknown) > 0:
		return cannotTell(fmt.Errorf("what can be read allows enough (%s), but not all can: %s", measured, strings.Join(unknown, "; ")))
	case wins.allows >= need:
		return fine(measured, needed, evidence...)
	}
	for _, u := range unknown {
		evidence = append(evidence, "cannot tell "+u)
	}
	f := Finding{Severity: Failure, Measured: measured, Needed: needed, Evidence: evidence}
	allow := p.allow(need)
	for _, l := range layers {
		if l.allows < need {
			p.widen(&f, l, allow, able.yes)
		}
	}
	return one(f)
}

// roomy is what a limit is raised to: as systemd's default, or more where that is needed.
func roomy(need int64) int64 {
	allow := int64(524_288)
	for allow < need {
		allow *= 2
	}
	return allow
}

// allow is what a limit of the process is raised to: roomy, but not above fs.nr_open where
// that is enough, since a limit above it is refused, and with it a login.
func (p *patient) allow(need int64) int64 {
	if most, err := p.number(sysctl("fs.nr_open")); err == nil && most >= need {
		return min(roomy(need), most)
	}
	return roomy(need)
}

// widen says how a layer is made to allow so many.
func (p *patient) widen(f *Finding, l layer, allow int64, able bool) {
	switch {
	case strings.HasPrefix(l.name, "fs.nr_open"):
		s := Setting{"fs.nr_open", fmt.Sprint(allow), "no limit of descriptors can be above it"}
		// It has to last before any larger limit does: else nobody can log in after a reboot.
		f.Remedy, f.settings = append(p.lasting(s), f.Remedy...), append(f.settings, s)
	case strings.HasPrefix(l.name, "fs.file-max"):
		s := Setting{"fs.file-max", fmt.Sprint(2 * allow), "of all processes of the host together"}
		f.Remedy, f.settings = append(f.Remedy, p.setting(s)...), append(f.settings, s)
	case strings.HasPrefix(l.name, "the control group"):
		f.Remedy = append(f.Remedy, "# more memory for the control group (see the finding memory)")
	case p.container:
		f.files = allow
		f.Remedy = append(f.Remedy, p.ofUnit("", "", fmt.Sprintf("--ulimit nofile=%d", allow))...)
	default:
		f.files = allow
		if able {
			f.Remedy = append(f.Remedy, fmt.Sprintf("ulimit -n %d && matchstream serve", allow))
		}
		f.Remedy = append(f.Remedy, "# for those who log in anew:",
			fmt.Sprintf("printf '* - nofile %d\\nroot - nofile %d\\n' | sudo tee /etc/security/limits.d/60-doctor.conf", allow, allow))
		if unit := p.service(); unit != "" {
			f.Remedy = append(append(f.Remedy, "# for the service:"), p.ofUnit(unit, fmt.Sprintf("LimitNOFILE=%d", allow), "")...)
		}
	}
}
