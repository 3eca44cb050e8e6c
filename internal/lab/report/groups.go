package report

import (
	"path/filepath"
	"slices"
)

// groups are the runs that stand side by side: those of one stage that come from different
// folders that were asked for. What one folder has (lab all has two loads) is not compared
// with itself. Groups are in the order in which they first come, those of lab all by stage.
func (r *Report) groups() [][]*Run {
	var all [][]*Run
	for _, run := range r.Runs {
		if at := placeOf(run, all); at >= 0 {
			all[at] = append(all[at], run)
		} else {
			all = append(all, []*Run{run})
		}
	}
	slices.SortStableFunc(all, func(a, b []*Run) int { return numberOf(a) - numberOf(b) })
	return all
}

// placeOf is the group that a run belongs to, rather one of folders of the same name; -1:
// none.
func placeOf(run *Run, all [][]*Run) int {
	at := -1
	for i, group := range all {
		if group[0].Stage != run.Stage || slices.ContainsFunc(group, run.sameFolder) {
			continue
		}
		if filepath.Base(group[0].record.Dir) == filepath.Base(run.record.Dir) {
			return i
		}
		if at < 0 {
			at = i
		}
	}
	return at
}

// sameFolder says whether two runs were found in one folder.
func (r *Run) sameFolder(other *Run) bool {
	in := r.record.In
	return in != "" && in == other.record.In && r.record.Dir != in
}
