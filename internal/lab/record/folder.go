package record

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
)

// Folder is what is in a folder that a person names: its records, in the order in which
// they began, and what lab all keeps beside them.
type Folder struct {
	Dir     string
	Runs    []*Run
	Box     *Box     // stage 3; nil: it is not there
	Inside  string   // stage 4: what matchstream top has shown; "": it is not there
	Remarks []string // what could not be read, in sentences
}

// Box is what the doctor has found of a machine (stage 3): what of it a report needs.
type Box struct {
	Of       string       `json:"of"` // who is judged
	Watchers int          `json:"watchers"`
	Findings []BoxFinding `json:"findings"`
}

// BoxFinding is one of the doctor's.
type BoxFinding struct {
	Code     string   `json:"code"`
	Severity string   `json:"severity"` // ok: it is fine
	Measured string   `json:"measured"`
	Needed   string   `json:"needed,omitempty"`
	Remedy   []string `json:"remedy,omitempty"` // lines to paste
}

// Files that lab all writes beside its records.
const (
	boxName    = "3-doctor.json"
	insideName = "4-inside.txt"
)

// ReadFolder reads the record in a folder, or else those right in it. The error is
// ErrNoRecord where there is none.
func ReadFolder(dir string) (*Folder, error) {
	found, err := Find(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{Dir: dir}
	for _, one := range found {
		run, err := Read(one)
		if err != nil {
			return nil, err
		}
		run.In = dir
		f.Runs = append(f.Runs, run)
	}
	slices.SortStableFunc(f.Runs, func(a, b *Run) int { return a.Begin.When.Compare(b.Begin.When) })
	f.beside()
	return f, nil
}

// beside reads what lab all keeps, where it is.
func (f *Folder) beside() {
	if text, err := os.ReadFile(filepath.Join(f.Dir, insideName)); err == nil {
		f.Inside = string(text)
	}
	text, err := os.ReadFile(filepath.Join(f.Dir, boxName))
	if err != nil {
		return
	}
	if f.Box, err = parseBox(text); err != nil {
		f.Remarks = append(f.Remarks, boxName+" cannot be read: "+err.Error())
	}
}

// parseBox reads the doctor's JSON.
func parseBox(text []byte) (*Box, error) {
	var b Box
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, err
	}
	return &b, nil
}
