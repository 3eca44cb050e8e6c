package crowd

import (
	"fmt"
	"net/netip"

	"matchstream/internal/lab"
)

// sources are the addresses to call from. An address has some tens of thousands of
// ports for each one that is called; where they run out on loopback, which has sixteen
// million addresses, more are taken.
type sources struct {
	given []netip.Addr
	extra int // of loopback
}

// mostExtra is how many addresses are added at most.
const mostExtra = 200

func newSources(p *lab.Plan) (s sources, err error) {
	for _, text := range p.Sources {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return s, fmt.Errorf("a source: expected an IP address, not %q", text)
		}
		s.given = append(s.given, a)
	}
	return s, nil
}

// of is the address for a try; the zero one leaves it to the kernel.
func (s *sources) of(try int) netip.Addr {
	switch {
	case len(s.given) > 0:
		return s.given[try%len(s.given)]
	case s.extra > 0:
		return loopback(s.extra)
	}
	return netip.Addr{}
}

// loopback is 127.0.0.2 for 1, and so on.
func loopback(n int) netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, byte(1 + n)}) }

// more says whether there is another address to try when one has no ports left.
func (s *sources) more(tried int, to netip.Addr) bool {
	if len(s.given) > 0 {
		return tried+1 < len(s.given)
	}
	if !to.Is4() || !to.IsLoopback() || s.extra == mostExtra {
		return false
	}
	s.extra++
	return true
}
