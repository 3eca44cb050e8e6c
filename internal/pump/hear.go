package pump

// hearer listens to one client of the stream.
func (s *Stream) hearer() Hearer {
	if s.Hear != nil {
		return s.Hear()
	}
	return &discard{left: s.Talk}
}

// discard listens to a client who is expected to be silent.
type discard struct{ left int }

func (d *discard) Hear(p []byte) ([]byte, Reason) {
	if d.left -= len(p); d.left < 0 {
		return nil, TooMuch
	}
	return nil, Watching
}

func (d *discard) Resting() bool { return false }
