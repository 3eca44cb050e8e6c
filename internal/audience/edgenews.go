package audience

import (
	"encoding/binary"
	"fmt"

	"matchstream/internal/store"
)

// edgesTopic is of messages of what edges report, told as soon as the rest of the news.
const edgesTopic = "audience-edges"

// longestEdge is how many bytes an edge's name may have.
const longestEdge = 255

// reported is what an edge has said of a match, as a node tells the others.
type reported struct {
	edge  string
	key   store.Key
	round uint64
	now   int64
}

func (n *reported) encode() []byte {
	var b []byte
	for _, text := range []string{n.edge, n.key.Match, n.key.Epoch} {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	return binary.AppendUvarint(binary.AppendUvarint(b, n.round), uint64(n.now))
}

// parseReported reads a message; the errors are errDamaged and errNewer.
func parseReported(message []byte) (run string, all []reported, err error) {
	body, err := unseal(message)
	if err != nil {
		return "", nil, err
	}
	if len(body) < runLength {
		return "", nil, fmt.Errorf("%w: it does not say whose it is", errDamaged)
	}
	r := reader{rest: body[runLength:]}
	for len(r.rest) > 0 {
		n := reported{edge: r.text(), key: store.Key{Match: r.text(), Epoch: r.text()}, round: r.number()}
		now := r.number()
		switch err := store.CheckKey(n.key); {
		case r.bad:
			return "", nil, fmt.Errorf("%w: it ends within a report", errDamaged)
		case err != nil:
			return "", nil, fmt.Errorf("%w: %w", errDamaged, err)
		case now > mostNow, len(n.edge) > longestEdge:
			return "", nil, fmt.Errorf("%w: an edge of %d watchers with a name of %d bytes", errDamaged, now, len(n.edge))
		}
		n.now = int64(now)
		all = append(all, n)
	}
	return string(body[:runLength]), all, nil
}

// tellEdges tells the others what edges have reported here, if anybody is there to hear
// it. What is too much at once is told a second later.
func (l *Ledger) tellEdges(anybody bool) {
	l.others.mu.Lock()
	all := l.others.mu.told
	l.others.mu.told = nil
	l.others.mu.Unlock()
	for sent := 0; anybody && len(all) > 0 && sent < mostMessages; sent++ {
		message := append(begin(), l.nodes.Run()...)
		for len(all) > 0 {
			one := all[0].encode()
			if len(message)+len(one)+sealSize > store.MaxMessage {
				break
			}
			message, all = append(message, one...), all[1:]
		}
		l.publish(edgesTopic, message)
	}
	if !anybody || len(all) == 0 {
		return
	}
	l.others.mu.Lock()
	defer l.others.mu.Unlock()
	l.others.mu.told = append(all, l.others.mu.told...)
}

// hearEdges is what another node tells.
func (l *Ledger) hearEdges(message []byte, find func(store.Key) *Match) {
	run, all, err := parseReported(message)
	if err != nil {
		l.log.Warn("what another node tells of edges is not understood", "cause", err)
		return
	}
	if run == l.nodes.Run() {
		return
	}
	for _, n := range all {
		if m := find(n.key); m != nil && m.crowd.Load() != &ended {
			l.others.edge(n.edge, n.key, n.round, n.now, false)
		}
	}
}
