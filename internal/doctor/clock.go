package doctor

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

var clockChecks = []Check{
	{
		Code:   "clocksource",
		Why:    "The time is asked for with each event and each write. By the processor's own counter that takes some 20 ns; by acpi_pm or hpet, a system call and a slow device: microseconds.",
		Remedy: "The kernel's parameter `clocksource=tsc`, or the clock that the hypervisor has for its guests (kvm-clock, hyperv_clocksource_tsc_page, xen).",
		look:   lookAtClocksource,
	},
	{
		Code:   "clock-synchronized",
		Why:    "Events carry the host's time, certificates and tokens are judged by it, and latencies that are measured between machines are no better than their clocks.",
		Remedy: "`timedatectl set-ntp true`, or chrony.",
		look:   lookAtSynchronized,
	},
}

// Clocks that are read without a system call.
var fastClocks = []string{"tsc", "tsc-early", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter", "xen", "timebase", "stp", "tod", "riscv_clocksource"}

func lookAtClocksource(p *patient) []Finding {
	const folder = "sys/devices/system/clocksource/clocksource0/"
	now, err := p.text(folder + "current_clocksource")
	if err != nil {
		return cannotTell(err)
	}
	const needed = "tsc, or that of the hypervisor for its guests"
	var evidence []string
	others, err := p.text(folder + "available_clocksource")
	if err == nil {
		evidence = []string{"to choose from: " + others}
	}
	switch {
	case slices.Contains(fastClocks, now):
		return fine(now, needed, evidence...)
	case slices.Contains([]string{"acpi_pm", "hpet", "pit", "jiffies", "refined-jiffies"}, now):
		return one(Finding{Severity: Warning, Measured: now, Needed: needed, Evidence: evidence, Remedy: p.fasterClock(strings.Fields(others))})
	}
	return cannotTell(fmt.Errorf("it is %q, of which nothing is known here", now))
}

// fasterClock is how one that can be chosen is; there may be none.
func (p *patient) fasterClock(others []string) (remedy []string) {
	for _, clock := range fastClocks {
		if !slices.Contains(others, clock) {
			continue
		}
		if p.container {
			remedy = []string{"# on the container's host:"}
		}
		return append(remedy, "echo "+clock+" | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource")
	}
	return []string{"sudo dmesg | grep -i -e tsc -e clocksource  # why there is no fast one to choose; a virtual machine may have one of its hypervisor's"}
}

func lookAtSynchronized(p *patient) []Finding {
	const needed = "something that keeps it right (NTP, or the hypervisor)"
	remedy := []string{"sudo timedatectl set-ntp true"}
	if p.container {
		remedy = append([]string{"# on the container's host:"}, remedy...)
	}
	if p.Synchronized != nil {
		if ok, err := p.Synchronized(); err == nil && ok {
			return fine("kept right, the kernel says", needed)
		} else if err == nil {
			return one(Finding{Severity: Warning, Measured: "not kept right by anything, the kernel says", Needed: needed, Remedy: remedy})
		}
	}
	if _, err := fs.Stat(p.Files, "run/systemd/timesync/synchronized"); err == nil {
		return fine("kept right by systemd-timesyncd", needed)
	}
	return cannotTell(fmt.Errorf("the kernel cannot be asked, and /run/systemd/timesync/synchronized is not there"))
}
