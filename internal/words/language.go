package words

import (
	"embed"
	"encoding/json"
	"strings"
)

//go:embed en.json es.json
var files embed.FS

// A Language is all texts of one language. It never changes.
type Language struct {
	Code  string // as in HTML: en
	Name  string // as its speakers call it
	texts texts
	raw   map[string]json.RawMessage // by the names of texts
}

// texts is the form of a language's file. A key that one language has, all have.
type texts struct {
	Name    string
	Page    map[string]string   // titles, labels, states of the connection
	Period  map[string]string   // by match.Period
	Status  map[string]string   // the match.Status that are told beside a period
	How     map[string]string   // by Details.How
	About   map[string]string   // by Details.About
	Kind    map[string]string   // a noun for each match.Kind
	Exactly map[string]string   // a more exact one, by kind.variant
	Event   map[string][]string // sentences by kind or kind.variant: see Sentence
	Counted map[string]string   // rows of the statistics, by kind or card
	Date    dates               // how a day is written
	Console map[string]string   // the operator's console
	Node    map[string]string   // the page of the node
}

// The languages there are. English is that of the terminal.
var (
	English = load("en")
	Spanish = load("es")
)

// Languages are all there are; the first is for who reads none of them.
func Languages() []*Language { return []*Language{English, Spanish} }

func load(code string) *Language {
	l := &Language{Code: code}
	b, err := files.ReadFile(code + ".json")
	if err == nil {
		err = json.Unmarshal(b, &l.texts)
	}
	if err == nil {
		err = json.Unmarshal(b, &l.raw)
	}
	if err != nil {
		panic("words: " + code + ".json: " + err.Error()) // embedded: cannot happen once a test has passed
	}
	l.Name = l.texts.Name
	return l
}

// JSON is a part of the language's file for a script: an object with the named
// members ("page", "event", …).
func (l *Language) JSON(members ...string) []byte {
	part := map[string]json.RawMessage{}
	for _, m := range members {
		part[m] = l.raw[m]
	}
	b, err := json.Marshal(part)
	if err != nil {
		panic("words: " + err.Error()) // it was read as JSON
	}
	return b
}

func (l *Language) text(key string) string {
	switch room, name, _ := strings.Cut(key, "."); {
	case name == "":
		return l.texts.Page[key]
	case room == "console":
		return l.texts.Console[name]
	default:
		return l.texts.Node[name]
	}
}
