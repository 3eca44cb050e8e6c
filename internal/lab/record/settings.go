package record

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"matchstream/internal/lab"
)

// sysctls are those that decide over many connections.
var sysctls = []string{
	"net.core.somaxconn", "net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_syncookies", "net.core.netdev_max_backlog",
	"net.ipv4.ip_local_port_range", "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_fin_timeout",
	"net.ipv4.tcp_mem", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.core.rmem_max", "net.core.wmem_max",
	"net.netfilter.nf_conntrack_max", "fs.file-max", "fs.nr_open", "vm.swappiness",
}

// environment is what has Go behave differently.
var environment = []string{"GOGC", "GOMEMLIMIT", "GOMAXPROCS", "GODEBUG"}

// Settings are those of this process and its machine. What cannot be read is named in
// CannotTell; Server is the caller's to fill.
func Settings() lab.Settings {
	s := lab.Settings{
		Version: "devel", Go: runtime.Version(),
		Host: map[string]string{"gomaxprocs": strconv.Itoa(runtime.GOMAXPROCS(0)), "os": runtime.GOOS + "/" + runtime.GOARCH},
		Env:  map[string]string{}, Server: map[string]string{},
	}
	for _, name := range environment {
		if v, set := os.LookupEnv(name); set {
			s.Env[name] = v
		}
	}
	built(&s)
	if s.Commit == "" { // it was built without, or elsewhere than in its repository
		s.CannotTell = append(s.CannotTell, "commit")
	}
	machine(&s, "/proc")
	return s
}

// built puts in what the compiler knows of this program.
func built(s *lab.Settings) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		s.Version = v
	}
	for _, b := range info.Settings {
		switch {
		case b.Key == "vcs.revision":
			s.Commit = b.Value + s.Commit
		case b.Key == "vcs.modified" && b.Value == "true":
			s.Commit += ", changed"
		}
	}
}

// machine puts in what Linux says of itself in proc.
func machine(s *lab.Settings, proc string) {
	s.Sysctls, s.Limits = map[string]string{}, map[string]string{}
	read := func(what, file string) string {
		b, err := os.ReadFile(filepath.Join(proc, file))
		if err != nil {
			s.CannotTell = append(s.CannotTell, what)
		}
		return strings.Join(strings.Fields(string(b)), " ")
	}
	set := func(where map[string]string, name, value string) {
		if value != "" {
			where[name] = value
		}
	}
	for _, name := range sysctls {
		set(s.Sysctls, name, read(name, "sys/"+strings.ReplaceAll(name, ".", "/")))
	}
	set(s.Host, "kernel", read("kernel", "sys/kernel/osrelease"))
	set(s.Limits, "nofile", noFile(read("nofile", "self/limits")))
	s.Host["cpus"] = strconv.Itoa(runtime.NumCPU())
	set(s.Host, "cpu", named(proc, "cpuinfo", "model name"))
	set(s.Host, "memory", named(proc, "meminfo", "MemTotal"))
	for _, name := range []string{"cpu", "memory"} {
		if s.Host[name] == "" {
			s.CannotTell = append(s.CannotTell, name)
		}
	}
}

// noFile is soft/hard from /proc/self/limits with single spaces; "" if it is not there.
func noFile(limits string) string {
	_, rest, _ := strings.Cut(limits, "Max open files ")
	if v := strings.Fields(rest); len(v) >= 2 {
		return v[0] + "/" + v[1]
	}
	return ""
}

// named is what stands behind the first "name:" of a file in proc; "" where it does not.
func named(proc, file, name string) string {
	b, err := os.ReadFile(filepath.Join(proc, file))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
