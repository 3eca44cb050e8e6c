package crowd

import (
	"errors"
	"fmt"

	"matchstream/internal/lab"
)

// kind is what a frame is for a watcher.
type kind uint8

const (
	silence   kind = iota // nothing to know: a heartbeat, part of a message
	anEvent               // an event
	aStatus               // the picture of the match
	anError               // the service says no, in words
	aRetry                // SSE: when to come back
	aGoodbye              // SSE: the match was deleted
	aPing                 // WebSocket: wants a pong
	aClose                // WebSocket: the end
	aFragment             // WebSocket: part of a message
)

// frame is what a watcher has to know of a frame: all of it that is checked one by one.
// The rest was checked when it was parsed.
type frame struct {
	kind  kind
	stop  bool // an event that ends the match, or a status of a match that has ended
	alter bool // a cancel, amend or abandon: a status follows
	anew  bool // a status that says of itself that it is no resume
	epoch uint16
	code  uint16 // of a close
	id    uint32 // of the event, or of the last one in a status; of other services the mark's number; of aRetry: in how many ms
	mark  lab.Mark
}

// most is how many bytes a frame, or an answer's head, may have.
const most = 1 << 20

var errTooLong = fmt.Errorf("a frame of more than %d bytes", most)

// errs that say what was expected, without what was found: that is in the finding.
var (
	errHeader  = errors.New("expected a date, a time and a kind at the head of a frame")
	errDetail  = errors.New("expected a detail: a tab, a key, a colon, and a value or a list")
	errNoID    = errors.New("expected the id as the last detail of a frame")
	errEpoch   = errors.New("expected a position: a number, a hyphen, and the match's epoch")
	errObject  = errors.New("expected a JSON object with id, position, kind and timestamp")
	errMessage = errors.New("expected a WebSocket frame as RFC 6455 has them from servers")
)

// parser reads frames of one protocol. It belongs to one goroutine.
type parser struct {
	foreign bool   // not a MatchStream: order by marks alone
	end     []byte // lines: what ends a frame, foreign
	home    string // the teams of the match, which a status must be of
	visit   string
	match   string
	epochs  []string // by number; 0 is none
}

// newParser is for the plan's match.
func newParser(p *lab.Plan) parser {
	parse := parser{match: p.Match}
	parse.home, parse.visit, _ = teams(p.Match)
	if p.Service != nil {
		parse.foreign = true
		parse.end = []byte(p.Service.End)
		if len(parse.end) == 0 {
			parse.end = []byte("\n")
		}
	}
	return parse
}

// epoch is the number of an epoch that stands in a frame.
func (p *parser) epoch(text []byte) uint16 {
	for i := len(p.epochs) - 1; i > 0; i-- {
		if p.epochs[i] == string(text) {
			return uint16(i)
		}
	}
	if len(p.epochs) == 0 {
		p.epochs = append(p.epochs, "")
	}
	if len(p.epochs) == 1<<16-1 {
		return 0
	}
	p.epochs = append(p.epochs, string(text))
	return uint16(len(p.epochs) - 1)
}

// position reads 17-k3f9a2.
func (p *parser) position(text []byte) (id uint32, epoch uint16, err error) {
	i := 0
	for ; i < len(text) && i < 9 && '0' <= text[i] && text[i] <= '9'; i++ {
		id = 10*id + uint32(text[i]-'0')
	}
	if i == 0 || i == len(text) || text[i] != '-' || (text[0] == '0' && i > 1) {
		return 0, 0, errEpoch
	}
	name := text[i+1:]
	if len(name) < 6 || len(name) > 12 {
		return 0, 0, errEpoch
	}
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return 0, 0, errEpoch
		}
	}
	return id, p.epoch(name), nil
}

// marked is a frame of another service: what its mark says, or nothing.
func marked(raw []byte) frame {
	if m := mark(raw); m.Number > 0 {
		return frame{kind: anEvent, id: uint32(m.Number), mark: m}
	}
	return frame{}
}

// mostMarks is how many events a run may have: what is further is no mark of ours.
const mostMarks = 1 << 20

// mark of a frame, the zero one if there is none.
func mark(raw []byte) lab.Mark {
	m, ok := lab.FindMark(raw)
	if !ok || m.Number > mostMarks {
		return lab.Mark{}
	}
	return m
}

// kindOf sets what follows from an event's kind.
func (f *frame) kindOf(name string) {
	f.kind = anEvent
	switch name {
	case "stop":
		f.stop = true
	case "cancel", "amend", "abandon":
		f.alter = true
	}
}
