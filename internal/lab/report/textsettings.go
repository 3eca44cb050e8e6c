package report

import (
	"slices"
	"strings"
)

// worthKnowing are the settings that are always told, by their names or groups.
var worthKnowing = []string{"program version", "program commit", "program go", "host kernel", "host cpu", "host cpus",
	"host gomaxprocs", "host memory", "limit nofile", "env", "server", "sysctl net.ipv4.ip_local_port_range", "sysctl net.core.somaxconn"}

// worth are the settings worth knowing, or all. Flags are told as the command line.
func (r *Run) worth(all bool) (told []setting) {
	for _, s := range settingsOf(r) {
		group, _, _ := strings.Cut(s.Name, " ")
		if group == "flag" || group == "expected" {
			continue
		}
		if all || slices.Contains(worthKnowing, s.Name) || slices.Contains(worthKnowing, group) {
			told = append(told, s)
		}
	}
	return told
}

// textSettings tells them; where those of another were told before, only what differs.
func (r *Run) textSettings(p *paper, all bool, before *Run) {
	told := r.worth(all)
	if before != nil {
		known := settingsOf(before)
		told = slices.DeleteFunc(told, func(s setting) bool { return slices.Contains(known, s) })
	}
	if len(told) == 0 && before == nil {
		return
	}
	p.heading("settings")
	widest := 0
	for _, s := range told {
		widest = max(widest, length(s.Name))
	}
	for _, s := range told {
		p.hanging("  "+pad(s.Name, widest)+"  ", strings.Repeat(" ", widest+4), s.Value)
	}
	switch {
	case before != nil && len(told) == 0:
		p.line("  those of " + before.Name)
	case before != nil:
		p.line("  (the others are those of " + before.Name + ")")
	case !all:
		p.line("  (all of them: --settings)")
	}
}
