package record

import (
	"bytes"
	"errors"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"matchstream/internal/lab"
)

// readHistograms reads histograms.hlog. A line that is none is left out, with a remark.
func (r *Run) readHistograms(b []byte) {
	whole, torn := cut(b)
	if torn {
		r.remark("the last histogram was torn, and is left out: the run was cut off as it was written")
	}
	for i, line := range whole {
		if len(line) == 0 || line[0] == '#' || line[0] == '"' {
			continue // comments, legend
		}
		h, err := histogram(line)
		if err != nil {
			r.remark("histogram in line %d is left out: %v", i+1, err)
			continue
		}
		r.add(h)
	}
}

// histogram reads one line. Each has a reader of its own, as one stops at the first fault;
// times are absolute without the head, too.
func histogram(line []byte) (h Histogram, err error) {
	raw, err := hdrhistogram.NewHistogramLogReader(bytes.NewReader(line)).NextIntervalHistogram()
	if err != nil {
		return h, err
	}
	if raw == nil {
		return h, errors.New("expected Tag=…, times and a histogram (HdrHistogram's log, 1.3)")
	}
	h = Histogram{raw.Tag(), time.UnixMilli(raw.StartTimeMs()), time.UnixMilli(raw.EndTimeMs()), lab.NewHistogram()}
	if dropped := h.Values.Raw().Merge(raw); dropped > 0 {
		return h, errors.New("values are out of range: expected durations up to an hour, in microseconds")
	}
	return h, nil
}

// add adds to what there is under the same tag.
func (r *Run) add(h Histogram) {
	for i := range r.Histograms {
		if has := &r.Histograms[i]; has.Tag == h.Tag {
			has.Values.Add(h.Values)
			if h.From.Before(has.From) {
				has.From = h.From
			}
			if h.To.After(has.To) {
				has.To = h.To
			}
			return
		}
	}
	r.Histograms = append(r.Histograms, h)
}
