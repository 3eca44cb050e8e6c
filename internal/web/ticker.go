package web

import (
	"strconv"
	"strings"

	"matchstream/internal/match"
	"matchstream/internal/words"
)

// ticker is the rows of a match, newest first.
func (s story) ticker() []node {
	rows := make([]node, len(s.entries))
	for i, e := range s.entries {
		rows[len(rows)-1-i] = s.row(e)
	}
	return rows
}

func (s story) row(e entry) node {
	told := []any{}
	if sentence := s.tell(e); len(sentence) > 0 {
		told = append(told, el("p", at{"class": "sentence"}, spoken(sentence)...))
	}
	if remark := s.Remark(e.Event); remark != "" {
		told = append(told, el("p", at{"class": "comment", "dir": "auto"}, remark))
	}
	switch {
	case e.cancelled:
		told = append(told, el("p", at{"class": "note"}, spoken(s.becauseOf(e.why))...))
	case e.review:
		told = append(told, el("p", at{"class": "note open"}, s.Say("under_review")))
	case e.amended:
		told = append(told, el("p", at{"class": "note"}, s.Say("amended")))
	}
	return el("li", at{"class": e.looks(), "id": "e" + strconv.FormatInt(e.ID, 10), "data-id": e.ID},
		el("span", at{"class": "minute"}, when(e.Minute)),
		icon(e.icon(), ""),
		el("div", at{"class": "told"}, told...),
		el("span", at{"class": "tally"}, e.tally))
}

// becauseOf says that an event was taken back, and why where that is known.
func (s story) becauseOf(reason string) []words.Part {
	if reason == "" {
		return []words.Part{{Text: s.Say("cancelled")}}
	}
	return []words.Part{{Text: s.Say("cancelled") + ": "}, {Text: reason, Value: true}}
}

func spoken(parts []words.Part) (kids []any) {
	for _, p := range parts {
		if p.Value {
			kids = append(kids, isolated(p.Text))
		} else {
			kids = append(kids, p.Text)
		}
	}
	return kids
}

// looks are the classes of an event's row: its kind, its side, and how much
// it matters.
func (e entry) looks() string {
	looks := []string{"row", string(e.Kind)}
	if e.isKick() {
		looks = []string{"row", "kick"}
		if e.Kind == match.Goal {
			looks = append(looks, "in")
		}
	}
	add := func(yes bool, look string) {
		if yes && look != "" {
			looks = append(looks, look)
		}
	}
	add(e.Kind == match.Card, e.Card)
	add(true, e.side)
	add(parts(e.Kind), "parting")
	add(isKey(e.Kind), "key")
	add(isCalm(e.Kind), "calm")
	add(e.review, "review")
	add(e.cancelled, "cancelled")
	return strings.Join(looks, " ")
}

// icon is the name of the symbol for an event.
func (e entry) icon() string {
	switch {
	case e.Kind == match.Card && e.Reason == "second_yellow":
		return "second"
	case e.isRed():
		return "red"
	}
	return string(e.Kind)
}

// isKey: the filter "key moments" leaves it.
func isKey(k match.Kind) bool {
	switch k {
	case match.Goal, match.Miss, match.Penalty, match.Card, match.Substitution, match.Var, match.Cancel:
		return true
	}
	return parts(k)
}

// isCalm: it happens all the time.
func isCalm(k match.Kind) bool {
	switch k {
	case match.Shot, match.Offside, match.Foul, match.Corner, match.Goalkick, match.Throwin, match.Freekick, match.Save, match.Amend:
		return true
	}
	return false
}

// underReview is what the page says on top while a review is open; "" while
// none is.
func (s story) underReview() string {
	if len(s.reviews) == 0 {
		return ""
	}
	return words.Text(s.tell(s.reviews[len(s.reviews)-1]))
}
