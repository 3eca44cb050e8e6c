package cli

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// span is a duration that may have days in front: 30d, 1d12h, 720h, 0.
type span time.Duration

// UnmarshalText reads one.
func (s *span) UnmarshalText(text []byte) error {
	days, rest, found := strings.Cut(string(text), "d")
	if !found {
		days, rest = "0", string(text)
	}
	n, err := strconv.ParseUint(days, 10, 31)
	d := time.Duration(0)
	if err == nil && (rest != "" || !found) {
		d, err = time.ParseDuration(rest)
	}
	if err == nil && (n > uint64(math.MaxInt64/day) || d < 0 || time.Duration(n)*day > math.MaxInt64-d) {
		err = errors.New("out of range")
	}
	if err != nil {
		return fmt.Errorf("expected a time like 30d, 720h or 0, got %q", text)
	}
	*s = span(time.Duration(n)*day + d)
	return nil
}

// String is a form that UnmarshalText reads.
func (s span) String() string {
	switch d := time.Duration(s); {
	case d == 0:
		return "0"
	case d%day == 0 && d > 0:
		return fmt.Sprintf("%dd", d/day)
	default:
		return d.String()
	}
}
