package web

import (
	"embed"
	"encoding/json"
	"strings"
)

//go:embed assets pages
var files embed.FS

// words are all that the pages say, the server's and the script's alike: the
// script gets the same table as a module (assets.go).
var words = func() (w struct {
	Page   map[string]string   // titles, labels, states of the connection
	Period map[string]string   // by match.Period
	Status map[string]string   // the match.Status that are told beside a period
	How    map[string]string   // by Details.How
	About  map[string]string   // by Details.About
	Kind   map[string]string   // a noun for each match.Kind
	Event  map[string][]string // sentences by kind or kind.variant: see sentence
}) {
	b, err := files.ReadFile("assets/words.json")
	if err == nil {
		err = json.Unmarshal(b, &w)
	}
	if err != nil {
		panic("web: assets/words.json: " + err.Error()) // embedded: cannot happen once a test has passed
	}
	return w
}()

// part of a sentence: plain words, or a value that was filled in. Values are
// shown in an element of their own, so that a name which is written from right
// to left does not turn its neighbours around.
type part struct {
	Text  string
	Value bool
}

// sentence is the first of the kind's alternatives of which all {facts} are
// known; none where there is none. The alternatives of "kind.variant" go
// before those of "kind". sentence.js does the same.
func sentence(kind, variant string, facts map[string]string) []part {
	alternatives, ok := words.Event[kind+"."+variant]
	if !ok {
		alternatives = words.Event[kind]
	}
	for _, a := range alternatives {
		if parts, ok := fill(a, facts); ok {
			return parts
		}
	}
	return nil
}

func fill(text string, facts map[string]string) (parts []part, ok bool) {
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if before != "" {
			parts = append(parts, part{Text: before})
		}
		if !found {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		if facts[name] == "" {
			return nil, false
		}
		parts = append(parts, part{Text: facts[name], Value: true})
		text = after
	}
	return parts, true
}

// say is a text of the pages, its {facts} filled in: name, value, name, value.
func say(key string, facts ...string) string {
	known := map[string]string{}
	for i := 0; i+1 < len(facts); i += 2 {
		known[facts[i]] = facts[i+1]
	}
	parts, _ := fill(words.Page[key], known)
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}
