package cli

import (
	"fmt"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/words"
)

// coming is shown while users come.
func (s *simulation) coming(t *lab.Tally) {
	all, left := s.plan.Users, ""
	passed := time.Since(s.begun)
	switch {
	case s.plan.Over > 0:
		left = fmt.Sprintf(", %v to go", max(s.plan.Over-passed, 0).Round(time.Second))
	case t.Been > 0 && t.Been < all:
		rest := time.Duration(float64(passed) * float64(all-t.Been) / float64(t.Been))
		left = fmt.Sprintf(", about %v to go", rest.Round(time.Second))
	}
	s.line.show("coming", fmt.Sprintf("%d of %d%s; %s", t.Been, all, left, soFar(t)))
}

// watching is shown once they are there.
func (s *simulation) watching(t *lab.Tally, began time.Time) {
	left := "until the match ends"
	switch c := s.command; {
	case c.For > 0:
		left = fmt.Sprintf("%v to go", max(c.For-time.Since(began), 0).Round(time.Second))
	case c.Events > 0:
		all := time.Duration(c.Events) * c.Every
		left = fmt.Sprintf("%v to go", max(all-time.Since(began), 0).Round(time.Second))
	}
	text := fmt.Sprintf("%d users, %s events, %s", t.Ready, thousands(t.Events), left)
	if t.Latency.Count() > 0 {
		text += ", p99 " + shownDuration(t.Latency.Quantile(0.99))
	}
	s.line.show("watching", text+"; "+soFar(t))
}

// soFar is what went wrong.
func soFar(t *lab.Tally) string {
	switch wrong, own := counted(t.Errors), counted(t.Own); {
	case wrong != "" && own != "":
		return wrong + ", " + own
	case wrong+own != "":
		return wrong + own
	}
	return "nothing wrong so far"
}

// alarms tells what has gone wrong for the first time, and keeps what was found.
func (s *simulation) alarms(t *lab.Tally) {
	for _, counts := range []map[string]int64{t.Errors, t.Own} {
		for _, code := range sortedKeys(counts) {
			if counts[code] > 0 && s.told[code] == 0 {
				s.line.tell("alarm: " + exampleOf(t, code))
			}
			s.told[code] = counts[code]
		}
	}
	s.keep.findings(t)
}

// exampleOf is one finding of a kind.
func exampleOf(t *lab.Tally, code string) string {
	for _, f := range t.Findings {
		if f.Code == code {
			return fmt.Sprintf("%s: %s: %s", code, f.Who, words.Plain(f.Text)) // a service may have said it
		}
	}
	return code
}

// thousands is a number that one can read: 1,234,567.
func thousands(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
