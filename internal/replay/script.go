package replay

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"matchstream/internal/match"
)

// script is a timeline made ready to be played.
type script struct {
	id       string
	timeline match.Timeline
	lines    []line
	digest   [sha256.Size]byte // of the events
	force    bool
}

// line is one event of it.
type line struct {
	at      time.Duration // since kick-off as time really passed
	kind    match.Kind
	details details
	ref     int64 // the event meant, counted in the timeline; 0: none
	body    []byte
}

func newScript(t match.Timeline, force bool) *script {
	s := &script{id: t.ID(), timeline: t, force: force}
	sum := sha256.New()
	for _, l := range t.Lines {
		d := decodeDetails(l.Body)
		s.lines = append(s.lines, line{at: time.Duration(l.At) * time.Millisecond, kind: l.Request.Kind, details: d, ref: l.Request.Ref, body: l.Body})
		fmt.Fprintf(sum, "%d %s\n", l.At, l.Body)
	}
	sum.Sum(s.digest[:0])
	return s
}

// request is the body of line i's POST. ids are those that the server gave to
// the lines before it: another operator's comments may stand between, so a ref
// is translated.
func (s *script) request(i int, ids []int64) []byte {
	l := s.lines[i]
	moved := l.ref > 0 && l.ref <= int64(len(ids)) && ids[l.ref-1] != l.ref
	if !moved && !s.force {
		return l.body
	}
	changed := details{}
	for k, v := range l.details {
		changed[k] = v
	}
	if moved {
		changed["ref"] = json.RawMessage(fmt.Sprint(ids[l.ref-1]))
	}
	if s.force {
		changed["force"] = json.RawMessage("true")
	}
	b, err := json.Marshal(changed) // sorted keys: the same bytes each time
	if err != nil {
		return l.body // cannot be: the values were valid JSON in the file
	}
	return b
}

// key is the Idempotency-Key of line i. The body is in it, since a key must
// not come again with another body (after an edit of the file, or with force).
func (s *script) key(i int, epoch string, body []byte) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%x %s %d\n%s", s.digest, epoch, i+1, body)
	return "replay-" + hex.EncodeToString(sum.Sum(nil)[:16])
}

// extraTime says whether extra time has begun before line i.
func (s *script) extraTime(i int) bool {
	for _, l := range s.lines[:i] {
		if l.kind == match.Extratime {
			return true
		}
	}
	return false
}
