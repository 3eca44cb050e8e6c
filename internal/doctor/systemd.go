package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Where systemd looks for units, the first first.
var unitFolders = []string{"etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"}

// lookAtUnit reads what systemd would give the service.
func lookAtUnit(p *patient) []Finding {
	name := p.service()
	if name == "" {
		return fine("the process is of no service", "")
	}
	if !slices.ContainsFunc(unitFolders, func(f string) bool { _, err := fs.Stat(p.Files, f); return err == nil }) {
		return cannotTell(errors.New("there is no systemd to be seen here: none of the folders for units"))
	}
	limit, where, err := p.unitLimit(name)
	if err != nil {
		return cannotTell(err)
	}
	need := p.descriptors()
	needed := count(need) + ": as for the finding descriptors"
	switch {
	case where == "":
		return fine(name+" is not installed", "")
	case limit >= need:
		return fine(fmt.Sprintf("%s by /%s", count(limit), where), needed)
	}
	allow := p.allow(need)
	return one(Finding{Severity: Failure, Measured: fmt.Sprintf("%s by /%s", count(limit), where), Needed: needed, files: allow,
		Remedy: p.ofUnit(name, fmt.Sprintf("LimitNOFILE=%d", allow), fmt.Sprintf("--ulimit nofile=%d", allow))})
}

// unitLimit is the hard limit that a unit gives, and the file that says so; "": there is
// no such unit.
func (p *patient) unitLimit(name string) (limit int64, where string, err error) {
	names := unitNames(name)
	found := p.unitFile(names)
	if found == "" {
		return 0, "", nil
	}
	limit, where = 524_288, found+", which does not say, so by systemd's own default"
	files := append([]string{"etc/systemd/system.conf"}, p.dropIns([]string{"etc/systemd"}, "system.conf.d")...)
	files = append(append(files, found), p.dropIns(unitFolders, "service.d")...)
	for _, n := range slices.Backward(names) { // of a template first
		files = append(files, p.dropIns(unitFolders, n+".d")...)
	}
	for _, file := range files {
		text, err := p.text(file)
		if absent(err) {
			continue
		}
		if err != nil {
			return 0, "", err
		}
		for line := range strings.Lines(text) {
			key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
			if !ok || strings.TrimPrefix(strings.TrimSpace(key), "Default") != "LimitNOFILE" {
				continue
			}
			if limit, err = parseUnitLimit(value); err != nil {
				return 0, "", &unreadable{file, err.Error(), err}
			}
			where = file
		}
	}
	return limit, where, nil
}

// unitFile is where a unit of one of these names is written down; "": nowhere.
func (p *patient) unitFile(names []string) string {
	for _, name := range names {
		for _, folder := range unitFolders {
			if _, err := fs.Stat(p.Files, path.Join(folder, name)); err == nil {
				return path.Join(folder, name)
			}
		}
	}
	return ""
}

// unitNames are those by which systemd knows a unit: its own, and that of its template
// (matchstream@.service of matchstream@a.service).
func unitNames(name string) []string {
	if at := strings.Index(name, "@"); at > 0 {
		return []string{name, name[:at+1] + ".service"}
	}
	return []string{name}
}

// parseUnitLimit reads the value of LimitNOFILE=: "1024:524288", "infinity".
func parseUnitLimit(value string) (int64, error) {
	if i := strings.LastIndex(value, ":"); i >= 0 {
		value = value[i+1:]
	}
	value = strings.TrimSpace(value)
	if value == "infinity" {
		return unlimited, nil
	}
	n, err := parseNumber(value)
	if err != nil {
		return 0, fmt.Errorf("says LimitNOFILE=%.40s, expected a number, two with a colon between, or infinity", value)
	}
	return n, nil
}

// dropIns are the files of a folder of that name, in the order in which systemd reads
// them: by their names, wherever they are; of the same name the first.
func (p *patient) dropIns(folders []string, name string) (files []string) {
	for _, folder := range folders {
		all, _ := fs.Glob(p.Files, path.Join(folder, name, "*.conf"))
		for _, file := range all {
			if !slices.ContainsFunc(files, func(f string) bool { return path.Base(f) == path.Base(file) }) {
				files = append(files, file)
			}
		}
	}
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(path.Base(a), path.Base(b)) })
	return files
}
