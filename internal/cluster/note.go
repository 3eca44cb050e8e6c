package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

const (
	longestNote   = 16 << 10
	longestAnswer = 1 << 10
	longestVerb   = 32
	mostArgs      = 8
)

// note is a question to one node, or the answer to one; that has no verb.
type note struct {
	V       int      `json:"v"`
	ID      string   `json:"id"` // of the question
	To      string   `json:"to"` // a run
	By      string   `json:"by"` // a run
	Verb    string   `json:"verb,omitempty"`
	Args    []string `json:"args,omitempty"`
	Answer  string   `json:"answer,omitempty"`
	Refused string   `json:"refused,omitempty"`
}

// check says what is wrong with it.
func (n *note) check() error {
	err := errors.Join(
		check(n.V >= 1, "v", n.V, "1 or more"),
		checkID("id", n.ID), checkID("to", n.To), checkID("by", n.By),
		check(len(n.Verb) <= longestVerb && strings.Trim(n.Verb, "abcdefghijklmnopqrstuvwxyz-") == "", "verb", fmt.Sprintf("%.40q", n.Verb), "at most 32 of a-z and -"),
		check(len(n.Args) <= mostArgs, "args", len(n.Args), "at most 8"),
		check(n.Answer == oneLine(n.Answer), "answer", fmt.Sprintf("%.40q", n.Answer), "a line of text"),
		check(n.Refused == oneLine(n.Refused), "refused", fmt.Sprintf("%.40q", n.Refused), "a line of text"),
	)
	for _, a := range n.Args {
		err = errors.Join(err, checkText("args", a))
	}
	return err
}

// parseNote reads what another node asks or answers.
func parseNote(message []byte) (n note, err error) {
	if len(message) > longestNote {
		return note{}, fmt.Errorf("a message of %d bytes; expected at most %d", len(message), longestNote)
	}
	if err := json.Unmarshal(message, &n); err != nil {
		return note{}, fmt.Errorf("not a question nor an answer: %w", err)
	}
	if err := n.check(); err != nil {
		return note{}, err
	}
	return n, nil
}

// oneLine is a text as one line of bounded length.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if len(s) > longestAnswer {
		s = strings.ToValidUTF8(s[:longestAnswer], "") // without half a character
	}
	return s
}
