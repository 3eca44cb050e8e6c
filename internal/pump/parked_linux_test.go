package pump

// Parked says whether every loop has nothing to do but wait, as far as it
// knows itself.
func (p *Epoll) Parked() bool {
	for _, l := range p.loops {
		l.held.Lock()
		parks := l.patience() != 0
		l.held.Unlock()
		if !parks {
			return false
		}
	}
	return true
}

// Ticks that have passed.
func (p *Epoll) Ticks() uint32 { return p.now() }

// InVain is how often the kernel was asked and had no descriptor.
func (p *Epoll) InVain() uint64 { return p.inVain.Load() }

// Stalled is how many loops have a listener that waits for others to leave.
func (p *Epoll) Stalled() int { return int(p.stalled.Load()) }
