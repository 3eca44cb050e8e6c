package lab

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Expected is what figures shall be like: complete.p99<500ms.
type Expected struct {
	Name  string
	Op    string  // <, <=, =, >=, >
	Value float64 // seconds where the figure is a duration
	Text  string  // as it was written
}

var operators = []string{"<=", ">=", "<", ">", "="} // the longer before what it begins with

// ParseExpected reads a list with commas: "complete.p99<500ms, errors=0". Values are
// numbers, with k or M for thousands or millions, or, of figures that are durations,
// durations (500ms, 2s).
func ParseExpected(list string) ([]Expected, error) {
	var all []Expected
	for part := range strings.SplitSeq(list, ",") {
		e, err := parseOne(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func parseOne(text string) (Expected, error) {
	at := strings.IndexAny(text, "<>=")
	if at <= 0 {
		return Expected{}, fmt.Errorf("%q: expected a figure, one of %s, and a value, like complete.p99<500ms", text, strings.Join(operators, " "))
	}
	e := Expected{Name: strings.TrimSpace(text[:at]), Text: text}
	if !known(e.Name) {
		return e, fmt.Errorf("%q: there is no figure %q: expected one like complete.p99, canary.max, http.p99, http.history.errors, errors, errors.missing", text, e.Name)
	}
	for _, op := range operators {
		if value, ok := strings.CutPrefix(text[at:], op); ok {
			var err error
			e.Op = op
			e.Value, err = parseValue(strings.TrimSpace(value), IsDuration(e.Name))
			if err != nil {
				return e, fmt.Errorf("%q: %w", text, err)
			}
			return e, nil
		}
	}
	return e, fmt.Errorf("%q: expected one of %s", text, strings.Join(operators, " "))
}

// families are what the names of figures begin with.
var families = []string{"connect", "enter", "latency", "first", "complete", "lateness", "timers", "http", "canary",
	"users", "asked", "deliveries", "bytes", "repeated", "incomplete", "errors", "own", "generator", "server"}

// known says whether there is such a figure, as far as can be said beforehand: of
// requests there may be any, and of a server what it tells.
func known(name string) bool {
	first, rest, more := strings.Cut(name, ".")
	last := name[strings.LastIndexByte(name, '.')+1:]
	if !slices.Contains(families, first) {
		return false
	}
	switch first {
	case "connect", "enter", "latency", "first", "complete", "lateness":
		return IsDuration(rest) && rest == last
	case "users", "asked", "deliveries", "bytes", "repeated", "incomplete":
		return !more
	case "errors":
		return !more || isError(rest)
	case "own":
		return !more || slices.Contains(ownCodes, own+rest)
	case "timers", "http", "canary":
		if _, code, ok := strings.Cut(rest, "errors."); ok {
			return isError(code)
		}
		quantile := len(last) > 1 && last[0] == 'p' && last[1] >= '0' && last[1] <= '9'
		return more && (!quantile || IsDuration(name))
	}
	return true
}

const own = "own-" // what the codes of the lab's own failures begin with

var (
	codes    = []string{Refused, TimedOut, Answered, NoStatus, Malformed, Missing, Doubled, Reordered, CutOff, NoStop, NotEnded, Stray}
	ownCodes = []string{NoDescriptors, NoPorts, NoMemory, OwnFailure}
)

// isError says whether errors are counted by such a name: a code, an answer's status, or
// who has met them.
func isError(name string) bool {
	if status, ok := strings.CutPrefix(name, "status-"); ok {
		n, err := strconv.Atoi(status)
		return err == nil && n >= 100 && n <= 999
	}
	return slices.Contains(codes, name) || slices.Contains([]string{"canary", "operator", "http"}, name)
}

// Excused says whether an expectation decides about the errors of a code: one about all
// errors, or about just these.
func Excused(all []Expected, code string) bool {
	return slices.ContainsFunc(all, func(e Expected) bool { return e.Name == "errors" || e.Name == "errors."+code })
}

func parseValue(text string, duration bool) (float64, error) {
	if duration {
		d, err := time.ParseDuration(text)
		if err != nil {
			return 0, fmt.Errorf("expected a duration like 500ms or 2s, not %q", text)
		}
		return d.Seconds(), nil
	}
	factor := 1.0
	if short, ok := strings.CutSuffix(text, "k"); ok {
		text, factor = short, 1e3
	} else if short, ok := strings.CutSuffix(text, "M"); ok {
		text, factor = short, 1e6
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("expected a number, not %q", text)
	}
	return v * factor, nil
}

// errUnknown is a figure that there is not.
var errUnknown = errors.New("not measured")

// Check is nil if the figure is as expected, else an error that says what it is. A
// figure that was not measured is none, but for errors, of which there were none then;
// of a kind of request that nobody made nothing is known, though.
func (e Expected) Check(f Figures) error {
	v, ok := f[e.Name]
	none := strings.Contains(e.Name, "errors") || strings.HasPrefix(e.Name, "own")
	if of, isRoute := routeErrors(e.Name); isRoute {
		_, none = f[of]
	}
	if !ok && !none {
		return fmt.Errorf("%s: %w", e.Text, errUnknown)
	}
	holds := map[string]bool{"<": v < e.Value, "<=": v <= e.Value, "=": v == e.Value, ">=": v >= e.Value, ">": v > e.Value}[e.Op]
	if holds {
		return nil
	}
	return fmt.Errorf("%s: %s", e.Text, Show(e.Name, v))
}

// routeErrors is the figure of all errors of a route, if a name is of some of them:
// http.history.errors of http.history.errors.timed-out.
func routeErrors(name string) (all string, is bool) {
	family, rest, _ := strings.Cut(name, ".")
	route, _, is := strings.Cut(rest, ".errors")
	return "http." + route + ".errors", is && family == "http"
}

// Unmet are the expectations that do not hold, each with the value.
func Unmet(all []Expected, f Figures) (failed []string) {
	for _, e := range all {
		if err := e.Check(f); err != nil {
			failed = append(failed, err.Error())
		}
	}
	return failed
}

// Show is a figure for a person: 612ms, 1234.
func Show(name string, v float64) string {
	if !IsDuration(name) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	d := time.Duration(v * float64(time.Second))
	switch {
	case d >= 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= 10*time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	}
	return d.Round(time.Microsecond).String()
}
