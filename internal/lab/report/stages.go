package report

import (
	"fmt"
	"path/filepath"
	"strings"

	"matchstream/internal/lab/record"
)

// stages are those of lab all, by number, as the article has them.
var stages = []string{"", "Is it really working?", "Finding the boundaries", "The box around it", "Looking inside", "Adding nodes"}

const (
	boxStage    = 3
	insideStage = 4
)

// stageNumber is the stage of lab all that a run is of, by the name of its folder; 0: of
// none.
func stageNumber(run *record.Run) int {
	name := filepath.Base(run.Dir)
	if run.In == "" || run.In == run.Dir || len(name) < 2 || name[1] != '-' || name[0] < '1' || int(name[0]-'0') >= len(stages) {
		return 0
	}
	return int(name[0] - '0')
}

func numberOf(group []*Run) int { return group[0].number }

// section is a part of the report: of a stage of lab all, or of runs that are of none.
type section struct {
	title    string // "": of no stage
	compared []*Comparison
	groups   [][]*Run
	boxes    []Box
	insides  []Inside
}

// sections are the whole report, in order.
func (r *Report) sections() []section {
	all := make([]section, len(stages))
	for i, title := range stages[1:] {
		all[i+1].title = fmt.Sprintf("Stage %d: %s%s", i+1, strings.ToLower(title[:1]), title[1:])
	}
	compared := 0
	for _, group := range r.groups() {
		s := &all[numberOf(group)]
		s.groups = append(s.groups, group)
		if len(group) > 1 {
			s.compared = append(s.compared, r.Compared[compared])
			compared++
		}
	}
	all[boxStage].boxes, all[insideStage].insides = r.Boxes, r.Insides
	var kept []section
	for _, s := range all {
		if len(s.groups)+len(s.boxes)+len(s.insides) > 0 {
			kept = append(kept, s)
		}
	}
	return kept
}

// runs are those of a section, in order.
func (s section) runs() (all []*Run) {
	for _, group := range s.groups {
		all = append(all, group...)
	}
	return all
}

// first is the run of the same folder that is told before all others of it; nil: it is this
// one.
func (r *Report) first(run *Run) *Run {
	for _, s := range r.sections() {
		for _, other := range s.runs() {
			if other == run {
				return nil
			}
			if other.sameFolder(run) {
				return other
			}
		}
	}
	return nil
}
