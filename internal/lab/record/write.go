package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"matchstream/internal/lab"
)

// Second writes how it stands.
func (w *Writer) Second(s lab.Second) error {
	s.Figures = finite(s.Figures)
	return w.put(secondLine, s)
}

// Step writes what came of a try.
func (w *Writer) Step(s lab.Step) error {
	s.Figures = finite(s.Figures)
	return w.put(stepLine, s)
}

// Finding writes one thing that went wrong.
func (w *Writer) Finding(f lab.Finding) error { return w.put(findingLine, f) }

// Found writes what a search has come to.
func (w *Writer) Found(f lab.Found) error { return w.put(foundLine, f) }

// End writes the last line, and closes the record.
func (w *Writer) End(e lab.End) error {
	err := w.put(endLine, e)
	if closed := w.Close(); err == nil && closed != nil {
		err = fmt.Errorf("closing the record: %w", closed)
	}
	return err
}

// put appends one line, in one write: whoever reads meanwhile never sees two lines mixed.
func (w *Writer) put(kind string, value any) error {
	rest, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("a line %s of the record: %w", kind, err)
	}
	head := fmt.Sprintf(`{"line":%q,`, kind)
	if kind == beginLine {
		head += fmt.Sprintf(`"format":%d,`, format)
	}
	line := append([]byte(head), rest[1:]...) // all are structs with fields: {"…
	return w.write(&w.mu.lines, append(line, '\n'))
}

func (w *Writer) write(f **os.File, b []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if *f == nil {
		return fmt.Errorf("writing to the record %s, which has ended: %w", w.dir, os.ErrClosed)
	}
	if _, err := (*f).Write(b); err != nil {
		return fmt.Errorf("writing to the record: %w", err)
	}
	return nil
}

// finite leaves out what JSON cannot say: a figure that is no number is not known.
func finite(figures map[string]float64) map[string]float64 {
	all := make(map[string]float64, len(figures))
	for name, v := range figures {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			all[name] = v
		}
	}
	return all
}

var tagForm = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// Histogram writes what was counted from one time to another, under a tag (see Tag):
// letters, digits, points, dashes. Several under one tag are added when they are read. h
// is not changed, and is the caller's again afterwards.
func (w *Writer) Histogram(tag string, h *lab.Histogram, from, to time.Time) error {
	if !tagForm.MatchString(tag) {
		return fmt.Errorf("a histogram's tag %q: expected letters, digits, points and dashes, like step-3.latency", tag)
	}
	own := lab.NewHistogram()
	own.Add(h)
	raw := own.Raw()
	raw.SetTag(tag)
	raw.SetStartTimeMs(from.UnixMilli())
	raw.SetEndTimeMs(to.UnixMilli())
	var line bytes.Buffer
	if err := hdrhistogram.NewHistogramLogWriter(&line).OutputIntervalHistogram(raw); err != nil {
		return fmt.Errorf("the histogram %s: %w", tag, err)
	}
	return w.write(&w.mu.histograms, line.Bytes())
}
