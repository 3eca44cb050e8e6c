package report

import (
	"maps"
	"math"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// setting is one by its name: sysctl net.core.somaxconn.
type setting struct{ Name, Value string }

// groups of settings, in the order in which they are told.
var settingGroups = []string{"program", "flag", "expected", "server", "env", "limit", "host", "sysctl"}

// settingsOf are all that a run ran under, by group and name.
func settingsOf(r *Run) (all []setting) {
	s := r.Settings
	groups := map[string]map[string]string{
		"program":  {"version": s.Version, "commit": s.Commit, "go": s.Go},
		"flag":     flags(r.Args),
		"expected": {"": strings.Join(r.Expected, ", ")},
		"server":   s.Server, "env": s.Env, "limit": s.Limits, "host": s.Host, "sysctl": s.Sysctls,
	}
	for _, group := range settingGroups {
		for _, name := range slices.Sorted(maps.Keys(groups[group])) {
			if v := groups[group][name]; v != "" {
				all = append(all, setting{strings.TrimSpace(group + " " + name), readable(group+" "+name, v)})
			}
		}
	}
	for _, name := range s.CannotTell {
		all = append(all, setting{unread(name), "cannot tell"})
	}
	return all
}

// readable is a setting's value for a person: memory not in kB, and no limit not as the
// largest number that there is.
func readable(name, v string) string {
	switch name {
	case "host memory":
		if kB, err := strconv.ParseFloat(strings.TrimSuffix(v, " kB"), 64); err == nil && strings.HasSuffix(v, " kB") {
			return memory(kB * 1024)
		}
	case "server GOMEMLIMIT":
		if bytes, err := strconv.ParseFloat(v, 64); err == nil && bytes >= math.MaxInt64/2 {
			return "none"
		} else if err == nil {
			return memory(bytes)
		}
	}
	return v
}

// unread is the full name of what could not be read.
func unread(name string) string {
	switch {
	case name == "commit":
		return "program " + name
	case name == "nofile":
		return "limit " + name
	case strings.Contains(name, "."):
		return "sysctl " + name
	}
	return "host " + name
}

// unequal are flags that differ between any two runs: where the record goes, and the file
// with the operator's token.
var unequal = []string{"--out", "-o", "--token-file"}

// addresses are settings that are told as changed only where they are of another machine:
// on this one each server has a port of its own.
var addresses = []string{"flag --server", "flag --admin", "flag -s", "server url", "server address"}

// here says whether all of these addresses are on this machine.
func here(all []string) bool {
	for _, v := range all {
		u, err := url.Parse(v)
		if err != nil || v == "" {
			return false
		}
		ip, err := netip.ParseAddr(u.Hostname())
		if u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback()) {
			return false
		}
	}
	return true
}

// flags are those of a command line. A word behind a flag that does not look like one is
// its value: -n 1000, --max 6. What belongs to none is "".
func flags(args []string) map[string]string {
	all := map[string]string{}
	for i := 0; i < len(args); i++ {
		name, v, given := strings.Cut(args[i], "=")
		switch {
		case !strings.HasPrefix(args[i], "-"):
			all[""] = strings.TrimSpace(all[""] + " " + args[i])
			continue
		case !given && i+1 < len(args) && !strings.HasPrefix(args[i+1], "-"):
			i++
			v = args[i]
		case !given:
			v = "yes"
		}
		if !slices.Contains(unequal, name) {
			all[name] = v
		}
	}
	return all
}

// Changed is a setting that is not the same in all runs; "": not set.
type Changed struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// changed are the settings in which runs differ, in the order of their groups.
func changed(runs []*Run) (all []Changed) {
	var names []string
	values := map[string][]string{}
	for i, r := range runs {
		for _, s := range settingsOf(r) {
			if values[s.Name] == nil {
				values[s.Name] = make([]string, len(runs))
				names = append(names, s.Name)
			}
			values[s.Name][i] = s.Value
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return groupOf(a) - groupOf(b) })
	for _, name := range names {
		if v := values[name]; len(slices.Compact(slices.Clone(v))) > 1 && !(slices.Contains(addresses, name) && here(v)) {
			all = append(all, Changed{name, v})
		}
	}
	return all
}

func groupOf(name string) int {
	group, _, _ := strings.Cut(name, " ")
	return slices.Index(settingGroups, group)
}
