package match

import (
	"cmp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	teamIDForm  = "expected a team's id, 1 to 32 of a-z, 0-9 and _"
	matchIDForm = "expected a match id, <home>-<visit>-<YYYY-MM-DD> (elp-tig-2011-09-10)"
	dateForm    = "expected a day of the calendar as YYYY-MM-DD"
)

// keyLetters are what team ids and the keys of details are made of.
const keyLetters = "abcdefghijklmnopqrstuvwxyz0123456789_"

// ValidTeamID says whether s has the form of a team's id: [a-z0-9_]{1,32}.
func ValidTeamID(s string) bool { return validKey(s) }

func validKey(s string) bool {
	return len(s) >= 1 && len(s) <= 32 && strings.Trim(s, keyLetters) == ""
}

func validDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil && len(s) == len(time.DateOnly)
}

// MakeID is the id of the match between two teams on a day. It checks
// nothing: Info.Validate and CheckID do.
func MakeID(home, visit, date string) string { return home + "-" + visit + "-" + date }

// ParseID takes a match id apart. The error is a *Error (Malformed).
func ParseID(id string) (home, visit, date string, err error) {
	home, rest, _ := strings.Cut(id, "-")
	visit, date, _ = strings.Cut(rest, "-")
	switch {
	case !ValidTeamID(home), !ValidTeamID(visit), !validDate(date):
		return "", "", "", malformed("", matchIDForm)
	case home == visit:
		return "", "", "", malformed("", matchIDForm+" of two different teams")
	}
	return home, visit, date, nil
}

// CheckID says what is wrong with a match id: nil or a *Error (Malformed).
func CheckID(id string) error {
	_, _, _, err := ParseID(id)
	return err
}

// ValidUser says whether s can be a user's id: 0 to 128 bytes of printable
// UTF-8 without a colon.
func ValidUser(s string) bool {
	return len(s) <= 128 && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return r == ':' || !unicode.IsPrint(r) })
}

// DateOf is the date that a match id ends with. The id has to be one.
func DateOf(id string) string { return id[len(id)-len(time.DateOnly):] }

// CompareIDs orders match ids as people read them: the latest day first, within
// a day as they are.
func CompareIDs(a, b string) int {
	return cmp.Or(cmp.Compare(DateOf(b), DateOf(a)), cmp.Compare(a, b))
}
