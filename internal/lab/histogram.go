package lab

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Histogram counts durations, from a microsecond to an hour, to three digits. What is
// shorter counts as 0, what is longer as the longest. The zero value is not usable.
// It belongs to one goroutine at a time.
type Histogram struct{ h *hdrhistogram.Histogram }

const (
	shortest = int64(time.Microsecond)
	longest  = int64(time.Hour)
	digits3  = 3
)

// NewHistogram is an empty one. Values are nanoseconds in units of microseconds.
func NewHistogram() *Histogram {
	return &Histogram{hdrhistogram.New(1, longest/shortest, digits3)}
}

// Record counts one duration.
func (h *Histogram) Record(d time.Duration) {
	h.h.RecordValue(min(max(int64(d)/shortest, 0), longest/shortest)) // in range, so no error
}

// Count is how many were counted.
func (h *Histogram) Count() int64 { return h.h.TotalCount() }

// Quantile is the duration that a share q, 0 to 1, of all do not exceed; 0 if there are none.
func (h *Histogram) Quantile(q float64) time.Duration {
	return time.Duration(h.h.ValueAtQuantile(100*q)) * time.Microsecond
}

// Max is the longest, Min the shortest, Mean the mean; 0 if there are none.
func (h *Histogram) Max() time.Duration { return time.Duration(h.h.Max()) * time.Microsecond }

func (h *Histogram) Min() time.Duration { return time.Duration(h.h.Min()) * time.Microsecond }

func (h *Histogram) Mean() time.Duration {
	return time.Duration(h.h.Mean() * float64(time.Microsecond))
}

// Add counts all that another has counted.
func (h *Histogram) Add(other *Histogram) {
	if other != nil {
		h.h.Merge(other.h) // the same range, so nothing is dropped
	}
}

// Since is what was counted after before, which is how this one was at some time; nil:
// all.
func (h *Histogram) Since(before *Histogram) *Histogram {
	now := h.h.Export()
	if before != nil {
		for i, n := range before.h.Export().Counts {
			now.Counts[i] -= n
		}
	}
	return &Histogram{hdrhistogram.Import(now)}
}

// Raw is the library's own, for its log format.
func (h *Histogram) Raw() *hdrhistogram.Histogram { return h.h }

// MarshalJSON is HdrHistogram's compressed form (V2), in base64.
func (h *Histogram) MarshalJSON() ([]byte, error) {
	b, err := h.h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		return nil, err
	}
	return json.Marshal(string(b))
}

// UnmarshalJSON reads that.
func (h *Histogram) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	read, err := hdrhistogram.Decode([]byte(text))
	if err != nil {
		return fmt.Errorf("expected a histogram (HdrHistogram, V2, compressed, base64): %w", err)
	}
	h.h = NewHistogram().h
	if dropped := h.h.Merge(read); dropped > 0 {
		return fmt.Errorf("%d values of a histogram are out of range: expected durations up to an hour, in microseconds", dropped)
	}
	return nil
}
