package match

import (
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"
)

// Validate says what is wrong with a team: nil or a *Error (Malformed) with
// the Field. Names may hold any characters; each format escapes its own way.
func (t Team) Validate() error {
	if !ValidTeamID(t.ID) {
		return malformed("id", teamIDForm)
	}
	if err := length("name", t.Name, 1, 200); err != nil {
		return err
	}
	if err := length("division", t.Division, 0, 200); err != nil {
		return err
	}
	for i, c := range t.Colours {
		if err := length(fmt.Sprintf("colours[%d]", i), c, 1, 200); err != nil {
			return err
		}
	}
	return nil
}

// Validate says what is wrong with a match's description: nil or a *Error
// (Malformed) with the Field. ID and Epoch may be missing still.
func (i Info) Validate() error {
	if !ValidTeamID(i.Home) {
		return malformed("home", teamIDForm)
	}
	if !ValidTeamID(i.Visit) {
		return malformed("visit", teamIDForm)
	}
	if i.Home == i.Visit {
		return malformed("visit", "expected another team than home")
	}
	if !validDate(i.Date) {
		return malformed("date", dateForm)
	}
	if i.ID != "" && i.ID != MakeID(i.Home, i.Visit, i.Date) {
		return malformed("id", "expected %s", MakeID(i.Home, i.Visit, i.Date))
	}
	if err := length("stadium", i.Stadium, 0, 200); err != nil {
		return err
	}
	if err := length("competition", i.Competition, 0, 200); err != nil {
		return err
	}
	if i.Kickoff != "" && !validTime(i.Kickoff) {
		return malformed("kickoff", "expected a time as RFC 3339 has it (2011-09-10T18:00:00Z)")
	}
	if !(i.Speed >= 0 && i.Speed <= maxSpeed) {
		return malformed("speed", "expected a number from 0 to %d", maxSpeed)
	}
	if i.Epoch != "" && !validEpoch(i.Epoch) {
		return malformed("epoch", "expected 6 to 12 of a-z and 0-9")
	}
	return nil
}

const maxSpeed = 100_000

// rfc3339 is the form of RFC 3339, section 5.6. time.Parse takes an hour of
// one digit and a comma for the point besides.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$`)

func validTime(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return err == nil && rfc3339.MatchString(s)
}

// length checks a text's length in characters, and that it is UTF-8.
func length(field, text string, least, most int) error {
	if !utf8.ValidString(text) {
		return malformed(field, "expected valid UTF-8")
	}
	if n := utf8.RuneCountInString(text); n < least || n > most {
		return malformed(field, "expected %d to %d characters, not %d", least, most, n)
	}
	return nil
}
