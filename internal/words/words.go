// Package words is what people are told of a match, on the pages and in a
// terminal alike: sentences for events, names of periods, texts of pages. All
// texts of a language lie in one file, en.json and its like, of which the
// pages' scripts get their part.
package words

import (
	"strconv"
	"strings"

	"matchstream/internal/match"
)

// Part of a sentence: plain words, or a value that was filled in. On a page
// values are shown in an element of their own, so that a name which is written
// from right to left does not turn its neighbours around.
type Part struct {
	Text  string
	Value bool
}

// Sentence is the first of the kind's alternatives of which all {facts} are
// known; none where there is none. The alternatives of "kind.variant" go
// before those of "kind". sentence.js does the same.
func (l *Language) Sentence(kind, variant string, facts map[string]string) []Part {
	alternatives, ok := l.texts.Event[kind+"."+variant]
	if !ok {
		alternatives = l.texts.Event[kind]
	}
	for _, a := range alternatives {
		if parts, ok := fill(a, facts); ok {
			return parts
		}
	}
	return nil
}

func fill(text string, facts map[string]string) (parts []Part, ok bool) {
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if before != "" {
			parts = append(parts, Part{Text: before})
		}
		if !found {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		if facts[name] == "" {
			return nil, false
		}
		parts = append(parts, Part{Text: facts[name], Value: true})
		text = after
	}
	return parts, true
}

// Say is a text of the pages, its {facts} filled in: name, value, name, value.
// Those of the console and of the node's page are "console.…" and "node.…".
func (l *Language) Say(key string, facts ...string) string { return Text(l.Parts(key, facts...)) }

// Parts is what Say says, with the facts apart.
func (l *Language) Parts(key string, facts ...string) []Part {
	known := map[string]string{}
	for i := 0; i+1 < len(facts); i += 2 {
		known[facts[i]] = facts[i+1]
	}
	parts, _ := fill(l.text(key), known)
	return parts
}

// Text is parts as one text.
func Text(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Label says where a match stands, in a word or two.
func (l *Language) Label(p match.Period, s match.Status) string {
	if w, ok := l.texts.Status[string(s)]; ok {
		return w
	}
	return l.texts.Period[string(p)]
}

// Noun is what an event of a kind is called; "" of an x- kind.
func (l *Language) Noun(k match.Kind) string { return l.texts.Kind[string(k)] }

// Counted is what a row of the statistics is called, "Shots": by kind, and by
// card.
func (l *Language) Counted(what string) string { return l.texts.Counted[what] }

// Number is a count as people write it: 12,345.
func (l *Language) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for at := len(digits) - 3; at > 0 && n >= 0; at -= 3 {
		digits = digits[:at] + l.texts.Page["thousands"] + digits[at:]
	}
	return digits
}
