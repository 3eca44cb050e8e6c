package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// group is where the files of one controller of the process' control group are.
type group struct {
	v2    bool
	mount string // sys/fs/cgroup
	below string // of the group, from the mount: /system.slice/matchstream.service
}

// group finds that of a controller: memory, cpu or pids. ok is false where the process is
// in none that has it.
func (p *patient) group(controller string) (g group, ok bool, err error) {
	groups, err := p.text(p.own("cgroup"))
	if err != nil {
		return g, false, err
	}
	mounts, err := p.text(p.own("mountinfo"))
	if err != nil {
		return g, false, err
	}
	below, v2, ok, err := parseGroups(groups, controller)
	if err != nil {
		return g, false, &unreadable{p.own("cgroup"), err.Error(), err}
	}
	if !ok {
		return g, false, nil
	}
	mount, root, ok := parseMounts(mounts, controller, v2)
	if !ok {
		return g, false, fmt.Errorf("the control group %s is not mounted here", below)
	}
	// In a container that does not have groups of its own, the path is the host's, and
	// what is mounted is a part of it.
	if rest, inside := strings.CutPrefix(below, root); root != "/" && inside {
		below = rest
	}
	g = group{v2, strings.TrimPrefix(mount, "/"), below}
	// That a limit is not there says that there is none, if all else of the group is.
	for _, file := range g.files("cgroup.procs") {
		if _, err := fs.Stat(p.Files, file); err == nil {
			return g, true, nil
		}
	}
	return g, false, fmt.Errorf("nothing of the control group %s is to be seen below %s", below, mount)
}

// parseGroups reads /proc/P/cgroup: the path of a controller's group. One of version 1
// counts before that of version 2, since a controller is in one of them only.
func parseGroups(text, controller string) (below string, v2, ok bool, err error) {
	for line := range strings.Lines(text) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 || !strings.HasPrefix(parts[2], "/") {
			return "", false, false, fmt.Errorf("says %.40q, expected lines like 0::/system.slice", line)
		}
		if parts[0] == "0" && parts[1] == "" && !ok {
			below, v2, ok = parts[2], true, true
		}
		for name := range strings.SplitSeq(parts[1], ",") {
			if name == controller {
				return parts[2], false, true, nil
			}
		}
	}
	return below, v2, ok, nil
}

// parseMounts reads /proc/P/mountinfo: where a hierarchy is mounted, and which part of it.
func parseMounts(text, controller string, v2 bool) (mount, root string, ok bool) {
	for line := range strings.Lines(text) {
		before, after, found := strings.Cut(line, " - ")
		left, right := strings.Fields(before), strings.Fields(after)
		if !found || len(left) < 6 || len(right) < 3 {
			continue
		}
		fits := v2 && right[0] == "cgroup2"
		if !v2 && right[0] == "cgroup" {
			fits = strings.Contains(","+right[2]+",", ","+controller+",")
		}
		if fits {
			return left[4], left[3], true
		}
	}
	return "", "", false
}

// files are those of a name in the group and in all above it, which hold for it, too.
func (g group) files(name string) (all []string) {
	for below := path.Clean("/" + g.below); ; below = path.Dir(below) {
		all = append(all, path.Join(g.mount, below, name))
		if below == "/" {
			return all
		}
	}
}

// least is the smallest number of a file's in the group and above; unlimited where there
// is none. The path is where it says so.
func (p *patient) least(g group, name string) (n int64, where string, err error) {
	n = unlimited
	for _, file := range g.files(name) {
		v, err := p.number(file)
		switch {
		case absent(err):
		case err != nil:
			return 0, "", err
		case v < n:
			n, where = v, file
		}
	}
	return n, where, nil
}

// allowed is how much of the group's processor time the process may have, in processors;
// unlimited (below 0) where there is no quota.
func (p *patient) allowed(g group) (cpus float64, where string, err error) {
	cpus = -1
	name := "cpu.max"
	if !g.v2 {
		name = "cpu.cfs_quota_us"
	}
	for _, file := range g.files(name) {
		text, err := p.text(file)
		if absent(err) {
			continue
		}
		if err != nil {
			return 0, "", err
		}
		if !g.v2 {
			period, err := p.text(path.Join(path.Dir(file), "cpu.cfs_period_us"))
			if err != nil {
				return 0, "", err
			}
			text = strings.Replace(text, "-1", "max", 1) + " " + period
		}
		c, err := parseQuota(text)
		if err != nil {
			return 0, "", &unreadable{file, err.Error(), err}
		}
		if c >= 0 && (cpus < 0 || c < cpus) {
			cpus, where = c, file
		}
	}
	return cpus, where, nil
}

// parseQuota reads cpu.max: "150000 100000", "max 100000".
func parseQuota(text string) (float64, error) {
	quota, period, ok := strings.Cut(text, " ")
	if ok && quota == "max" {
		return -1, nil
	}
	q, err := strconv.ParseFloat(quota, 64)
	d, too := strconv.ParseFloat(period, 64)
	if err != nil || too != nil || !(q > 0 && d > 0) || q > 1e15 {
		return 0, errors.New("says " + strconv.Quote(text) + ", expected a quota and a period in µs")
	}
	return q / d, nil
}
