package audience

import (
	"encoding/binary"
	"fmt"

	"matchstream/internal/store"
)

// news is what a node tells the others of a match.
type news struct {
	key store.Key
	said
	users []byte // a sketch, if it has changed
}

// sealSize is how many bytes a seal takes; a run's id has runLength.
const (
	sealSize  = 4
	runLength = 16
)

// sender is whose news it is, and under which key his users are counted.
type sender struct {
	run string
	key uint32
}

// begin a message.
func (s sender) begin() []byte {
	return binary.BigEndian.AppendUint32(append(begin(), s.run...), s.key)
}

// encode it, as one of those in a message.
func (n *news) encode() []byte {
	var b []byte
	for _, text := range []string{n.key.Match, n.key.Epoch} {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	for _, number := range []uint64{uint64(n.now), uint64(n.held), uint64(n.peak), n.known, n.added, n.revision, uint64(len(n.users))} {
		b = binary.AppendUvarint(b, number)
	}
	return append(b, n.users...)
}

// text takes so many bytes as a number before them says.
func (r *reader) text() string {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return ""
	}
	text := string(r.rest[:n])
	r.rest = r.rest[n:]
	return text
}

// parseNews reads a message; the errors are errDamaged and errNewer.
func parseNews(message []byte) (by sender, all []news, err error) {
	body, err := unseal(message)
	if err != nil {
		return sender{}, nil, err
	}
	if len(body) < runLength+4 {
		return sender{}, nil, fmt.Errorf("%w: it does not say whose it is", errDamaged)
	}
	by = sender{string(body[:runLength]), binary.BigEndian.Uint32(body[runLength:])}
	r := reader{rest: body[runLength+4:]}
	for len(r.rest) > 0 {
		var n news
		n.key = store.Key{Match: r.text(), Epoch: r.text()}
		now, held, peak := r.number(), r.number(), r.number()
		n.known, n.added, n.revision = r.number(), r.number(), r.number()
		n.users = []byte(r.text())
		if r.bad {
			return sender{}, nil, fmt.Errorf("%w: it ends within a match", errDamaged)
		}
		if err := store.CheckKey(n.key); err != nil {
			return sender{}, nil, fmt.Errorf("%w: %w", errDamaged, err)
		}
		if now > mostNow || held > mostNow || peak > mostNow || n.known > mostEver || n.added > mostEver {
			return sender{}, nil, fmt.Errorf("%w: more people than there are", errDamaged)
		}
		n.now, n.held, n.peak = int64(now), int64(held), int64(peak)
		all = append(all, n)
	}
	return by, all, nil
}

// mostEver is more than ever came to a match.
const mostEver = 1 << 48

// hear what another node tells.
func (l *Ledger) hear(message []byte, find func(store.Key) *Match) {
	by, all, err := parseNews(message)
	if err != nil {
		l.log.Warn("what another node tells of its audience is not understood", "cause", err)
		return
	}
	if by.run == l.nodes.Run() {
		return
	}
	for _, n := range all {
		m := find(n.key)
		if m == nil || !l.others.node(by.run, n.key, n.said) {
			continue
		}
		c := m.crowd.Load()
		if c == nil || c == &ended {
			continue // whoever asks reads the store
		}
		var users sketch
		if len(n.users) > 0 && by.key == l.key.id() {
			if users, err = parseSketch(n.users); err != nil {
				l.log.Warn("what another node tells of its audience is not understood", "match", n.key.Match, "cause", err)
			}
		}
		c.heard(n.said, &users)
	}
}
