package doctor

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// patient is the host with what several checks ask of it.
type patient struct {
	Host
	Question
	container bool     // the host is a container, so that a part of it is another's
	pod       bool     // of Kubernetes
	assumed   []string // for the report
	elsewhere error    // the process is in another network namespace: why its sysctls cannot be told
	cpus      int64    // that the process may run on; 0: not known
	share     float64  // of processors that its control group gives it; below 0: no quota
	shareOf   string   // the file that says so
	shareErr  error    // why the share is not known
	env       map[string]string
	envErr    error // why env is not known

	open     int64 // descriptors that the process has already, nearly all of them sockets
	portsErr error // why its ports are not known
}

func newPatient(h Host, q Question) *patient {
	p := &patient{Host: h, Question: q}
	if p.Page == 0 {
		p.Page = 4096
		p.assumed = append(p.assumed, "pages of memory have 4096 bytes")
	}
	p.env, p.envErr = p.environment()
	p.container = p.contained()
	for _, mark := range containerMarks {
		p.container = p.container || p.exists(mark)
	}
	p.pod = p.env["KUBERNETES_SERVICE_HOST"] != ""
	p.container = p.container || p.pod || p.env["container"] != ""
	p.elsewhere = p.otherNetwork()
	p.lookAtRunning()
	if p.cpus = p.processors(); p.cpus == 0 {
		p.assumed = append(p.assumed, "one processor")
	}
	if p.share, p.shareOf, p.shareErr = p.quota(); p.shareErr != nil {
		p.assumed = append(p.assumed, "no quota of processor time")
	}
	return p
}

// containerMarks are files that a container has in its root.
var containerMarks = []string{".dockerenv", "run/.containerenv"}

// exists tells whether a file is there, as far as can be seen.
func (p *patient) exists(file string) bool {
	_, err := fs.Stat(p.Files, file)
	return err == nil
}

// own is a file of the process that is judged, below /proc.
func (p *patient) own(name string) string {
	who := "self"
	if p.PID != 0 {
		who = strconv.Itoa(p.PID)
	}
	return path.Join("proc", who, name)
}

// environment of the process; of one that is started from here, that which it would have.
func (p *patient) environment() (map[string]string, error) {
	text, err := p.text(p.own("environ"))
	if err != nil {
		return nil, err
	}
	env := map[string]string{}
	for pair := range strings.SplitSeq(text, "\x00") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			env[name] = value
		}
	}
	return env, nil
}

// otherNetwork compares the process' network namespace with ours: /proc/sys/net shows the
// one of who reads it. Where that cannot be compared they are taken for the same, and it
// is said.
func (p *patient) otherNetwork() error {
	if p.PID == 0 {
		return nil
	}
	ours, err := fs.ReadLink(p.Files, "proc/self/ns/net")
	theirs, too := fs.ReadLink(p.Files, p.own("ns/net"))
	switch {
	case err != nil || too != nil:
		p.assumed = append(p.assumed, "the process is in the network namespace of who looks (try it as root)")
	case ours != theirs:
		return fmt.Errorf("process %d is in another network namespace: sudo nsenter --net --target %d matchstream doctor --pid %d", p.PID, p.PID, p.PID)
	}
	return nil
}

// processors that the process may run on.
func (p *patient) processors() int64 {
	if text, err := p.text(p.own("status")); err == nil {
		for line := range strings.Lines(text) {
			if list, ok := strings.CutPrefix(line, "Cpus_allowed_list:"); ok {
				if n, err := parseSet(strings.TrimSpace(list)); err == nil {
					return n
				}
			}
		}
	}
	if text, err := p.text("sys/devices/system/cpu/online"); err == nil {
		if n, err := parseSet(text); err == nil {
			return n
		}
	}
	return 0
}

// loops is how many the server has: as GOMAXPROCS, which Go sets to the processors that
// the process may run on, or to what its control group gives it, if that is less; rounded
// up, and not below 2 for that (runtime, since Go 1.25).
func (p *patient) loops() int64 {
	if n, err := strconv.ParseInt(p.env["GOMAXPROCS"], 10, 32); err == nil && n > 0 {
		return n
	}
	n := max(p.cpus, 1)
	if p.share >= 0 {
		n = min(n, max(2, ceil(p.share)))
	}
	return n
}

// busy is how many of the loops are at work at the same time, at most.
func (p *patient) busy() int64 {
	n := max(p.cpus, 1)
	if p.share >= 0 {
		n = min(n, max(1, ceil(p.share)))
	}
	return min(n, p.loops())
}

// quota of processors that the control group has; below 0: none.
func (p *patient) quota() (cpus float64, where string, err error) {
	g, ok, err := p.group("cpu")
	if err != nil || !ok {
		return -1, "", err
	}
	if cpus, where, err = p.allowed(g); err != nil {
		return -1, "", err
	}
	return cpus, where, nil
}

func ceil(f float64) int64 {
	n := int64(f)
	if float64(n) < f {
		n++
	}
	return n
}

// networkNumbers are those of a sysctl of the process' network.
func (p *patient) networkNumbers(name string, n int) ([]int64, error) {
	if p.elsewhere != nil {
		return nil, p.elsewhere
	}
	return p.numbers(sysctl(name), n)
}

func (p *patient) networkNumber(name string) (int64, error) {
	all, err := p.networkNumbers(name, 1)
	if err != nil {
		return 0, err
	}
	return all[0], nil
}
