package crowd

// pieces are what came of frames that are not whole yet: buffers that are lent for that
// long. A watcher has the number of his, or none.
type pieces struct {
	all  [][]byte
	free []int32
}

// keptPiece is how large a buffer that nobody has may be; larger ones are let go.
const keptPiece = 4 << 10

const noPiece = -1

// join appends b to a watcher's piece, and returns all of it.
func (p *pieces) join(w *watcher, b []byte) []byte {
	if w.piece == noPiece {
		if n := len(p.free); n > 0 {
			w.piece, p.free = p.free[n-1], p.free[:n-1]
		} else {
			w.piece = int32(len(p.all))
			p.all = append(p.all, nil)
		}
	}
	p.all[w.piece] = append(p.all[w.piece], b...)
	return p.all[w.piece]
}

// keep has rest, perhaps the end of the piece itself, be all that is left of it.
func (p *pieces) keep(w *watcher, rest []byte) {
	switch {
	case len(rest) == 0:
		p.release(w)
	case w.piece == noPiece:
		p.join(w, rest)
	default:
		p.all[w.piece] = append(p.all[w.piece][:0], rest...)
	}
}

// of is a watcher's piece.
func (p *pieces) of(w *watcher) []byte {
	if w.piece == noPiece {
		return nil
	}
	return p.all[w.piece]
}

func (p *pieces) release(w *watcher) {
	if w.piece == noPiece {
		return
	}
	if b := p.all[w.piece]; cap(b) > keptPiece {
		p.all[w.piece] = nil
	} else {
		p.all[w.piece] = b[:0]
	}
	p.free = append(p.free, w.piece)
	w.piece = noPiece
}
