package doctor

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mark is how a file of ours begins: only such a one is ever replaced.
const mark = "# Made by matchstream doctor"

// Written is what became of a file.
type Written struct {
	Path string // below the folder
	What string // written, replaced, removed
}

// ErrForeign is a file that somebody else has made, where one of ours would be.
var ErrForeign = errors.New("is not a file of matchstream doctor's: move it, or name another folder")

// Write puts what should be changed into a folder, as files that lie as they would below
// the root of a host: of sysctls, of limits at logins, of the systemd unit, with a README
// that says how they are applied. Only what is too small is in them; a file that is not
// needed any more is removed. Files that are not ours stop it (ErrForeign) before
// anything is written.
func (r Report) Write(folder string) (all []Written, err error) {
	files := r.files()
	var paths []string
	for path := range files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	there := map[string]bool{}
	for _, path := range paths {
		b, err := os.ReadFile(filepath.Join(folder, path))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		case !strings.HasPrefix(string(b), mark):
			return nil, fmt.Errorf("%s %w", filepath.Join(folder, path), ErrForeign)
		default:
			there[path] = true
		}
	}
	for _, path := range paths {
		whole := filepath.Join(folder, path)
		what := "written"
		switch {
		case files[path] == "" && !there[path]:
			continue
		case files[path] == "":
			what, err = "removed", os.Remove(whole)
		default:
			if there[path] {
				what = "replaced"
			}
			if err = os.MkdirAll(filepath.Dir(whole), 0o755); err == nil {
				err = os.WriteFile(whole, []byte(files[path]), 0o644)
			}
		}
		if err != nil {
			return all, err
		}
		all = append(all, Written{path, what})
	}
	return all, nil
}

// The files that there may be.
const (
	sysctlFile = "etc/sysctl.d/60-matchstream.conf"
	moduleFile = "etc/modules-load.d/60-matchstream.conf"
	limitsFile = "etc/security/limits.d/60-matchstream.conf"
	readmeFile = "README"
)

// unitFile is that of a unit.
func unitFile(unit string) string {
	return "etc/systemd/system/" + unit + ".d/60-matchstream.conf"
}

// files by their paths; "": it is not needed.
func (r Report) files() map[string]string {
	head := fmt.Sprintf("%s, for %d watchers.\n", mark, r.Watchers)
	files := map[string]string{sysctlFile: "", moduleFile: "", limitsFile: "", unitFile(shipped): "", readmeFile: ""}
	readme := head + "# What was too small on this host. Look at the files, then, in this folder:\n#\n#   sudo cp -r etc /\n"
	if settings := r.Settings(); len(settings) > 0 {
		text := head
		for _, s := range settings {
			text += fmt.Sprintf("\n# %s\n%s = %s\n", s.Reason, s.Name, s.Value)
			if strings.Contains(s.Name, "nf_conntrack") {
				files[moduleFile] = head + "\n# At a start of the host sysctls are set before a firewall loads this: then there is none of its.\nnf_conntrack\n"
			}
		}
		files[sysctlFile] = text
		readme += "#   sudo sysctl --system\n"
	}
	if n := r.Descriptors(); n > 0 {
		files[limitsFile] = fmt.Sprintf("%s\n# A watcher is a descriptor. This is for logins; root is not among *.\n* - nofile %d\nroot - nofile %d\n", head, n, n)
	}
	lines := r.OfUnit()
	if r.unit != "" && len(lines) > 0 {
		files[unitFile(r.unit)] = head + "\n[Service]\n" + strings.Join(lines, "\n") + "\n"
		readme += "#   sudo systemctl daemon-reload\n"
	}
	if files[sysctlFile] == "" && files[limitsFile] == "" && files[unitFile(cmp.Or(r.unit, shipped))] == "" {
		return files
	}
	if r.container {
		readme = strings.Replace(readme, "#\n", "# This is a container: the findings say what who starts it has to do; the files are for a\n# host.\n#\n", 1)
	}
	if r.unit != "" {
		readme += "#   sudo systemctl restart " + r.unit + "\n"
	}
	files[readmeFile] = readme + "#   matchstream doctor --watchers " + fmt.Sprint(r.Watchers) + "\n#\n" +
		"# The limits of logins hold from the next login on. To undo it all, remove the files.\n"
	return files
}
