package record

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"matchstream/internal/lab"
)

// Run is a record as it was read.
type Run struct {
	Dir      string
	In       string // the folder that was asked for, in which Dir was found, or Dir itself; "": none was
	Begin    lab.Begin
	Seconds  []lab.Second
	Steps    []lab.Step
	Findings []lab.Finding
	Found    []lab.Found
	End      *lab.End // nil: it was cut off

	Histograms []Histogram
	Files      []string // what else was kept, by name
	Remarks    []string // what could not be read, in sentences
}

// Histogram is what was counted under one tag.
type Histogram struct {
	Tag      string
	From, To time.Time
	Values   *lab.Histogram
}

// Histogram is what was counted under a tag (see Tag); nil if nothing was.
func (r *Run) Histogram(tag string) *lab.Histogram {
	for _, h := range r.Histograms {
		if h.Tag == tag {
			return h.Values
		}
	}
	return nil
}

// Read reads the record in a folder, also one that was cut off, or is still being
// written. The error is ErrNoRecord where there is none.
func Read(dir string) (*Run, error) {
	in, err := list(dir)
	if err != nil {
		return nil, err
	}
	lines, err := os.ReadFile(filepath.Join(dir, linesName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", dir, ErrNoRecord)
	}
	if err != nil {
		return nil, fmt.Errorf("reading a record: %w", err)
	}
	r := &Run{Dir: dir}
	if err := r.readLines(lines); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, linesName), err)
	}
	histograms, err := os.ReadFile(filepath.Join(dir, histogramsName))
	if err != nil {
		r.remark("the histograms cannot be read: %v", err)
	}
	r.readHistograms(histograms)
	for _, f := range in {
		if !slices.Contains([]string{linesName, histogramsName}, f.Name()) && !f.IsDir() && filepath.Ext(f.Name()) != unfinished {
			r.Files = append(r.Files, f.Name())
		}
	}
	return r, nil
}

func (r *Run) remark(format string, a ...any) {
	r.Remarks = append(r.Remarks, fmt.Sprintf(format, a...))
}
