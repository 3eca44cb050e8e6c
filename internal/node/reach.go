package node

import "net"

// reach is where clients elsewhere reach this node, as far as it can know: at the
// host that it is told to advertise, and the port, if one is told; else at the address its line protocol listens
// on; else, where that is every address, at the one that packets to elsewhere have.
// "" if there is none. http is 0 where the API is not there: it may listen on
// another address, behind a proxy. Nodes behind an address translation, or in
// containers, have to be told (--advertise).
func reach(told advertised, tcp, http net.Addr) (host string, httpPort int) {
	if host = told.host; host == "" {
		host = specific(tcp)
	}
	if host == "" {
		host = outward()
	}
	if told.port != 0 {
		return host, told.port
	}
	if at := specific(http); told.host == "" && at != "" && at != host {
		return host, 0
	}
	return host, port(http)
}

// specific is the address that is listened on; "" if it is every one.
func specific(at net.Addr) string {
	if a, ok := at.(*net.TCPAddr); ok && !a.IP.IsUnspecified() && a.IP != nil {
		return a.IP.String()
	}
	return ""
}

// outward is the address of this machine that packets to elsewhere have. Nothing is
// sent: the kernel is asked for the way to an address that is nobody's (RFC 5737).
func outward() string {
	if c, err := net.Dial("udp4", "192.0.2.1:9"); err == nil {
		defer c.Close()
		if a, ok := c.LocalAddr().(*net.UDPAddr); ok && a.IP.IsGlobalUnicast() {
			return a.IP.String()
		}
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return ""
	}
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok && ip.IP.IsGlobalUnicast() {
			return ip.IP.String()
		}
	}
	return ""
}
