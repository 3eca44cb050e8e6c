package doctor

import (
	"fmt"
	"path"

	"matchstream/internal/need"
)

var memoryChecks = []Check{
	{
		Code: "memory",
		Why: "A watcher takes some 290 bytes of the process (by TLS 11 kB more), about 5 kB of the kernel for his socket, and a page or more while something is on its way to him. " +
			"In a control group the kernel's part counts, too.",
		Remedy: "A larger host or control group (`MemoryMax=`, `--memory`), fewer watchers, or more nodes.",
		look:   lookAtMemory,
	},
	{
		Code:   "swap",
		Why:    "A server whose memory is on a disk answers when the disk does. The garbage collector looks at all of the heap, so nothing of it stays cold.",
		Remedy: "`MemorySwapMax=0` in the systemd unit, `vm.swappiness = 1`, or no swap.",
		look:   lookAtSwap,
	},
	{
		Code:   "GOGC",
		Why:    "By how much the heap may grow between collections. The server sets 50 where it is not set: a delivery leaves no garbage, so little is collected, and the heap stays small.",
		Remedy: "Leave GOGC unset.",
		look:   lookAtGOGC,
	},
	{
		Code: "GOMEMLIMIT",
		Why: "Up to where the heap may grow before it is collected at any price. In a control group the server sets nine tenths of what is allowed, where it is not set. Too low, and the processor " +
			"does nothing but collect; higher than what is allowed less the sockets' part, and the kernel ends the process before.",
		Remedy: "Leave GOMEMLIMIT unset, or set it between both.",
		look:   lookAtGOMEMLIMIT,
	},
}

// memoryFile is where a group says how much memory it may have.
func (g group) memoryFile() string {
	if g.v2 {
		return "memory.max"
	}
	return "memory.limit_in_bytes"
}

// inUse is how much memory a group has, without what it gives back at once: files that
// nobody has read for a while.
func (p *patient) inUse(g group, folder string) (int64, error) {
	name, idle := "memory.usage_in_bytes", "total_inactive_file"
	if g.v2 {
		name, idle = "memory.current", "inactive_file"
	}
	n, err := p.number(path.Join(folder, name))
	if err != nil {
		return 0, err
	}
	stat, err := p.text(path.Join(folder, "memory.stat"))
	if err != nil {
		return 0, err
	}
	return max(0, n-parsePairs(stat)[idle]), nil
}

// hostMemory is all that the host has, in bytes; 0: not known.
func (p *patient) hostMemory() int64 {
	text, err := p.text("proc/meminfo")
	if err != nil {
		return 0
	}
	return parseFields(text)["MemTotal"]
}

// room is how much memory there is, and how much of it is free for the server: of the
// host, or of the control group if that has less.
func (p *patient) room() (all, free int64, of string, err error) {
	text, err := p.text("proc/meminfo")
	if err != nil {
		return 0, 0, "", err
	}
	info := parseFields(text)
	all, known := info["MemTotal"]
	free, too := info["MemAvailable"]
	if !known || !too {
		return 0, 0, "", fmt.Errorf("/proc/meminfo has no MemTotal or no MemAvailable")
	}
	of = "the host"
	g, ok, err := p.group("memory")
	if err != nil {
		return 0, 0, "", err
	}
	if ok {
		most, where, err := p.least(g, g.memoryFile())
		if err != nil {
			return 0, 0, "", err
		}
		if most < all {
			used, err := p.inUse(g, path.Dir(where))
			if err != nil {
				return 0, 0, "", err
			}
			all, free, of = most, min(free, max(0, most-used)), "the control group (/"+where+")"
		}
	}
	if p.PID != 0 { // what it has already, and the kernel for its sockets, is not to be had again
		if text, err := p.text(p.own("status")); err == nil {
			free = min(all, free+parseFields(text)["VmRSS"]+p.open*need.Socket)
		}
	}
	return all, free, of, nil
}

func lookAtMemory(p *patient) []Finding {
	all, free, of, err := p.room()
	if err != nil {
		return cannotTell(err)
	}
	takes := p.processBytes() + p.kernelBytes()
	measured := fmt.Sprintf("%s of %s, %s of it free", size(all), of, size(free))
	needed := fmt.Sprintf("%s: %s for the process, %s for the kernel's sockets and what waits in them", size(takes), size(p.processBytes()), size(p.kernelBytes()))
	switch {
	case all < takes:
		fit := max(0, int64(float64(all-need.Base)/(float64(takes-need.Base)/float64(p.Watchers))))
		f := Finding{Severity: Failure, Measured: measured, Needed: needed, Evidence: []string{"enough for " + count(fit) + " watchers"},
			Remedy: []string{fmt.Sprintf("matchstream serve --max-connections %d  # or more memory, or more nodes", max(1, fit))}}
		mb := takes*5/4>>20 + 1
		switch host := p.hostMemory(); {
		case of == "the host":
		case mb > host>>20: // a limit that is beyond the host's is none
			f.Evidence = append(f.Evidence, "the host itself has "+size(host))
		default:
			f = p.inUnit(f, fmt.Sprintf("MemoryMax=%dM", mb), fmt.Sprintf("--memory %dm", mb))
		}
		return one(f)
	case free < takes:
		return one(Finding{Severity: Warning, Measured: measured, Needed: needed,
			Remedy: []string{"ps -eo rss,pid,comm --sort -rss | head  # who has it"}})
	}
	return fine(measured, needed)
}

func lookAtSwap(p *patient) []Finding {
	text, err := p.text("proc/meminfo")
	if err != nil {
		return cannotTell(err)
	}
	all, ok := parseFields(text)["SwapTotal"]
	if !ok {
		return cannotTell(fmt.Errorf("/proc/meminfo has no SwapTotal"))
	}
	if all == 0 {
		return fine("none", "none, or none of the server's memory in it")
	}
	measured := size(all)
	if p.PID != 0 {
		status, err := p.text(p.own("status"))
		if err != nil {
			return cannotTell(err)
		}
		if used := parseFields(status)["VmSwap"]; used > 0 {
			return one(p.noSwap(Finding{Severity: Warning, Measured: fmt.Sprintf("%s of the process are in swap", size(used)), Needed: "nothing of it"}))
		}
		measured += ", and nothing of the process in it"
	}
	eager, err := p.number(sysctl("vm.swappiness"))
	if err != nil {
		return cannotTell(err)
	}
	measured += fmt.Sprintf("; swappiness %d", eager)
	if eager <= 10 {
		return fine(measured, "")
	}
	return one(p.noSwap(Finding{Severity: Note, Measured: measured, Needed: "none of the server's memory in it"}))
}

// noSwap has a finding say how the process is kept out of it. Docker has no limit of swap
// alone: --memory-swap is that of both, so as much as --memory is none.
func (p *patient) noSwap(f Finding) Finding {
	mb := (p.processBytes()+p.kernelBytes())*5/4>>20 + 1
	return p.inUnit(f, "MemorySwapMax=0", fmt.Sprintf("--memory-swap %dm --memory %dm", mb, mb))
}
