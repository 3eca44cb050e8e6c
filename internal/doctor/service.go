package doctor

import (
	"path"
	"slices"
	"strings"
)

// shipped is the unit that comes with the server.
const shipped = "matchstream.service"

// service is the unit that the process belongs to; of a server that is started from here,
// the one that is shipped, if it is installed; "": none.
func (p *patient) service() string {
	if p.PID == 0 {
		return shipped
	}
	return p.memberOf()
}

// memberOf is the unit of the system whose control group the process is in; "": none.
// Only the last part of the group's path tells: what is below a unit's group was started
// from it (by a login, a timer, a container's runtime), and may end with it.
func (p *patient) memberOf() string {
	text, err := p.text(p.own("cgroup"))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(text) {
		group := strings.TrimSpace(line)
		if unit := path.Base(group); strings.HasSuffix(unit, ".service") && !strings.Contains(group, "/user.slice/") && !host(unit) {
			return unit
		}
	}
	return ""
}

// host tells whether a unit is one from which others start programs: what runs in its
// group is not it, and a restart of it would end a session.
func host(unit string) bool {
	name, _, _ := strings.Cut(strings.TrimSuffix(unit, ".service"), "@")
	return slices.Contains([]string{"user", "ssh", "sshd", "cron", "crond", "atd", "getty", "serial-getty", "console-getty", "display-manager", "docker", "containerd", "systemd-logind"}, name)
}

// contained tells whether the process that is judged runs in a container, seen from its
// host: by the root that it has, or by the name of its control group.
func (p *patient) contained() bool {
	if p.PID == 0 {
		return false
	}
	for _, mark := range containerMarks {
		if p.exists(p.own(path.Join("root", mark))) {
			return true
		}
	}
	text, _ := p.text(p.own("cgroup"))
	return slices.ContainsFunc([]string{"/docker/", "/docker-", "/libpod-", "/kubepods", "/cri-containerd-", "/crio-", "/lxc"}, func(mark string) bool { return strings.Contains(text, mark) })
}
