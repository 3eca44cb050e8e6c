package doctor

import (
	"slices"
	"strings"
)

// raise is the finding for a sysctl that should have another value.
func (p *patient) raise(s Severity, measured, needed string, set Setting, evidence ...string) []Finding {
	return one(Finding{Severity: s, Measured: measured, Needed: needed, Evidence: evidence,
		Remedy: p.setting(set), settings: []Setting{set}})
}

// setting is how a sysctl is set: at once, and in a container by who starts it.
func (p *patient) setting(s Setting) []string {
	line := "sudo sysctl -w " + s.Name + "='" + s.Value + "'"
	switch {
	case !p.container:
		return []string{line}
	case p.pod && namespaced(s.Name):
		return []string{"# in the pod's securityContext (the kubelet has to allow it: --allowed-unsafe-sysctls):",
			"sysctls: [{name: " + s.Name + ", value: \"" + s.Value + "\"}]"}
	case namespaced(s.Name):
		return []string{"docker run --sysctl " + s.Name + "='" + s.Value + "' …"}
	}
	return []string{"# on the container's host:", line}
}

// lasting is how a sysctl of the whole host is set at once and for good.
func (p *patient) lasting(s Setting) []string {
	line := "echo '" + s.Name + " = " + s.Value + "' | sudo tee /etc/sysctl.d/60-doctor.conf && sudo sysctl --system"
	if p.container {
		return []string{"# on the container's host:", line}
	}
	return []string{line}
}

// namespaced tells whether each network namespace, so each container, has a value of its
// own.
func namespaced(name string) bool {
	return slices.Contains([]string{
		"net.core.somaxconn", "net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_syncookies",
		"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
		"net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
	}, name)
}

// ofUnit is how a setting of a systemd unit is made; in a container, the flag of docker
// that does the same. In the setting a % stands twice, for printf's sake.
func (p *patient) ofUnit(unit, setting, flag string) []string {
	switch {
	case p.pod:
		return []string{ofPod(flag)}
	case p.container:
		return []string{"docker run " + flag + " …"}
	case unit == "":
		return []string{"# the process is of no service of systemd's: start it in one that has " + strings.ReplaceAll(setting, "%%", "%")}
	}
	folder := "/etc/systemd/system/" + unit + ".d"
	key, _, _ := strings.Cut(setting, "=") // each has a file of its own: none replaces another
	return []string{
		"sudo install -d " + folder,
		"printf '[Service]\\n" + setting + "\\n' | sudo tee " + folder + "/60-doctor-" + key + ".conf",
		"sudo systemctl daemon-reload && sudo systemctl restart " + unit,
	}
}

// ofPod says what in Kubernetes does what a flag of docker does.
func ofPod(flag string) string {
	name, value, _ := strings.Cut(flag, " ")
	switch name {
	case "--memory":
		return "resources: {limits: {memory: " + strings.ToUpper(value) + "i}}"
	case "--cpus":
		return "resources: {limits: {cpu: \"" + value + "\"}}"
	}
	return "# Kubernetes leaves this to each node: its container runtime or kubelet, as docker's " + flag
}

// inUnit has a finding say how a setting of the process' unit is made, and --write make it.
func (p *patient) inUnit(f Finding, setting, flag string) Finding {
	f.Remedy = p.ofUnit(p.service(), setting, flag)
	f.ofUnit = append(f.ofUnit, strings.ReplaceAll(setting, "%%", "%"))
	return f
}
