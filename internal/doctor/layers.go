package doctor

import (
	"fmt"
	"strings"

	"matchstream/internal/need"
)

// layer is one of those that allow so many descriptors.
type layer struct {
	name   string
	allows int64
}

// hostLayers are those beside the process' own limit; unknown are those that cannot be read.
func (p *patient) hostLayers() (layers []layer, said, unknown []string) {
	if n, err := p.number(sysctl("fs.nr_open")); err == nil {
		layers = append(layers, layer{"fs.nr_open", n})
	} else {
		unknown = append(unknown, "fs.nr_open: "+err.Error())
	}
	most, err := p.number(sysctl("fs.file-max"))
	used, too := p.numbers(sysctl("fs.file-nr"), 3)
	switch {
	case err != nil:
		unknown = append(unknown, "fs.file-max: "+err.Error())
	case most == unlimited:
		layers = append(layers, layer{"fs.file-max", most})
	case too != nil:
		unknown = append(unknown, "fs.file-nr: "+too.Error())
	default:
		others := max(0, used[0]-p.open)
		layers = append(layers, layer{fmt.Sprintf("fs.file-max (%s, of which %s are in use by others)", count(most), count(others)), max(0, most-others)})
	}
	most, err = p.groupHolds()
	switch {
	case err != nil:
		unknown = append(unknown, "the control group: "+err.Error())
	case most == unlimited:
		said = append(said, "the control group: no limit of memory")
	default:
		layers = append(layers, layer{"the control group (memory for so many)", most})
	}
	if p.open > 0 {
		said = append(said, "open now: "+count(p.open))
	}
	if unit := p.service(); unit != "" {
		if n, where, err := p.unitLimit(unit); err == nil && where != "" {
			said = append(said, fmt.Sprintf("systemd gives %s %s, by /%s", unit, count(n), where))
		}
	}
	for _, l := range p.loginLimits() {
		said = append(said, l.String())
	}
	return layers, said, unknown
}

// groupHolds is for how many sockets the control group has memory.
func (p *patient) groupHolds() (int64, error) {
	g, ok, err := p.group("memory")
	if err != nil || !ok {
		return unlimited, err
	}
	n, _, err := p.least(g, g.memoryFile())
	if err != nil || n > 1<<60 { // version 1 has a large number for no limit
		return unlimited, err
	}
	each := (p.processBytes() + p.kernelBytes() - need.Base) / int64(p.Watchers)
	return max(0, n-need.Base) / each, nil
}

// raising tells whether the hard limit can be raised where one is.
type raising struct {
	yes  bool
	said string
}

// mayRaise looks for the capability by which a process may raise its own hard limit
// (CAP_SYS_RESOURCE, bit 24).
func (p *patient) mayRaise() raising {
	text, err := p.text(p.own("status"))
	if err != nil {
		return raising{said: "cannot tell the capability CAP_SYS_RESOURCE: " + err.Error()}
	}
	for line := range strings.Lines(text) {
		var set uint64
		if n, _ := fmt.Sscanf(line, "CapEff: %x", &set); n == 1 {
			if set&(1<<24) != 0 {
				return raising{true, "capability CAP_SYS_RESOURCE: there, so that ulimit -n may raise the hard limit up to fs.nr_open"}
			}
			return raising{said: "capability CAP_SYS_RESOURCE: not there, so that ulimit -n cannot go above the hard limit"}
		}
	}
	return raising{said: "cannot tell the capability CAP_SYS_RESOURCE: /" + p.own("status") + " has no CapEff"}
}
