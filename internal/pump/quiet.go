package pump

import (
	"net/netip"
	"time"
)

// Quiet says of a connection that nobody is serving how much it is in the way
// of others, when there is no descriptor for them.
type Quiet struct {
	Crowd int       // so many are quiet that come from its address; 0: there is none
	Since time.Time // it has been quiet
}

// Before says whether q is to be closed rather than o. Who opens many gives up
// his own first; among equals goes who had the most time.
func (q Quiet) Before(o Quiet) bool {
	if q.Crowd != o.Crowd {
		return q.Crowd > o.Crowd
	}
	return q.Since.Before(o.Since)
}

// Few from one address have a moment to say what they want, before one of them
// is closed for others.
const Few = 4

// Network is who an address counts for. An IPv6 customer is given a /64 or
// more, so that is what counts there.
func Network(ip netip.Addr) netip.Addr {
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return ip
}
