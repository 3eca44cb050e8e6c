package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"matchstream/internal/lab"
)

// readLines reads run.ndjson. What it does not understand behind the first line it passes
// over: kinds of lines that are not known silently, others with a remark.
func (r *Run) readLines(b []byte) error {
	whole, torn := cut(b)
	if torn {
		r.remark("the last line was torn, and is left out: the run was cut off as it was written")
	}
	for i, line := range whole {
		var head struct {
			Line   string `json:"line"`
			Format int    `json:"format"`
		}
		err := json.Unmarshal(line, &head)
		switch {
		case i == 0 && (err != nil || head.Line != beginLine):
			return errors.New(`no record of a run: expected a first line {"line":"begin",…}`)
		case head.Format > format:
			return fmt.Errorf("a record of format %d, and this program reads up to %d: expected a report by the version that wrote it, or a newer one", head.Format, format)
		case err == nil:
			err = r.take(head.Line, line)
		}
		if err != nil && i == 0 {
			return fmt.Errorf("the first line: %w", err)
		}
		if err != nil {
			r.remark("line %d is left out: %v", i+1, err)
		}
	}
	if len(whole) == 0 {
		return errors.New(`no record of a run: expected a first line {"line":"begin",…}, and there is no whole line`)
	}
	return nil
}

// cut is the whole lines, and whether there is a part of one behind them.
func cut(b []byte) (whole [][]byte, torn bool) {
	whole = bytes.Split(b, []byte{'\n'})
	last := whole[len(whole)-1]
	return whole[:len(whole)-1], len(last) > 0
}

func (r *Run) take(kind string, line []byte) error {
	switch kind {
	case beginLine:
		return json.Unmarshal(line, &r.Begin)
	case secondLine:
		return one(line, &r.Seconds)
	case stepLine:
		return one(line, &r.Steps)
	case findingLine:
		return one(line, &r.Findings)
	case foundLine:
		return one(line, &r.Found)
	case endLine:
		var end lab.End
		if err := json.Unmarshal(line, &end); err != nil {
			return err
		}
		r.End = &end
	}
	return nil
}

func one[T any](line []byte, all *[]T) error {
	var v T
	if err := json.Unmarshal(line, &v); err != nil {
		return err
	}
	*all = append(*all, v)
	return nil
}
