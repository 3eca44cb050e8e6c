package record

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"matchstream/internal/lab"
)

// Writer writes a record. Its methods may be called by any goroutine.
type Writer struct {
	dir   string
	begun time.Time

	mu struct {
		sync.Mutex
		lines, histograms *os.File
	}
}

// Create begins a record in the folder dir, which is made, or is there and empty. Begin's
// When is now if it is zero. Whoever creates a Writer ends it with End, or with Close.
func Create(dir string, begin lab.Begin) (*Writer, error) {
	if begin.When.IsZero() {
		begin.When = time.Now()
	}
	if err := empty(dir); err != nil {
		return nil, err
	}
	w := &Writer{dir: dir, begun: begin.When}
	// The histograms' file first: where there is a run.ndjson, the record is whole.
	err := w.open(histogramsName, &w.mu.histograms)
	if err == nil {
		err = w.open(linesName, &w.mu.lines)
	}
	if err == nil {
		_, err = w.mu.histograms.Write(histogramsHead(begin.When))
	}
	if err == nil {
		err = w.put(beginLine, begin)
	}
	if err != nil {
		w.Close()
		return nil, fmt.Errorf("beginning a record in %s: %w", dir, err)
	}
	return w, nil
}

// empty has an empty folder there.
func empty(dir string) error {
	if dir == "" {
		return errors.New("a record needs a folder: expected its name, like out/first")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("making the record's folder: %w", err)
	}
	in, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("looking into the record's folder: %w", err)
	}
	if len(in) > 0 {
		return fmt.Errorf("%s is not empty (there is %s in it): expected an empty folder, or the name of a new one, so that no run is written over another", dir, in[0].Name())
	}
	return nil
}

func (w *Writer) open(name string, f **os.File) (err error) {
	*f, err = os.OpenFile(filepath.Join(w.dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o666)
	return err
}

func histogramsHead(when time.Time) []byte {
	var head bytes.Buffer
	l := hdrhistogram.NewHistogramLogWriter(&head)
	// A buffer takes all that is written, so there are no errors.
	l.OutputComment("[Values are microseconds, Interval_Max is seconds]")
	l.OutputLogFormatVersion()
	l.OutputStartTime(when.UnixMilli())
	l.OutputLegend()
	return head.Bytes()
}

// Dir is the record's folder.
func (w *Writer) Dir() string { return w.dir }

// At is how long ago the record began, in seconds: the At of a line.
func (w *Writer) At() float64 { return time.Since(w.begun).Seconds() }

// Close ends a record without an end: it counts as cut off. After End it does nothing.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var failed error
	for _, f := range []**os.File{&w.mu.lines, &w.mu.histograms} {
		if *f != nil {
			failed = errors.Join(failed, (*f).Sync(), (*f).Close())
			*f = nil
		}
	}
	return failed
}
