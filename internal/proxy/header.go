package proxy

import (
	"bytes"
	"errors"
	"net/netip"
)

// A header of the PROXY protocol comes before everything else on a connection,
// once. Here it is read from bytes and not from a connection, since a loop of
// the pump has bytes and nothing else (which is also why this is our own: the
// libraries for it read from a net.Conn of theirs). The protocol is HAProxy's,
// doc/proxy-protocol.txt, as of 2020.

// Longest is how many bytes a header may have here. Those of version 1 have
// 107 at most. Those of version 2 may have 64 kB by their length; with all
// additions (TLVs) that proxies make they have some hundreds.
const Longest = 4 << 10

// What can be wrong with a header. ErrNone: the bytes are no beginning of one.
var (
	ErrNone      = errors.New("no header of the PROXY protocol")
	ErrMalformed = errors.New("a malformed header of the PROXY protocol")
	ErrTooLong   = errors.New("a header of the PROXY protocol that is too long")
)

// ReadHeader reads the header that a connection begins with. It is the first
// size bytes; what is behind them is the client's. size 0 without an error:
// more bytes are needed. A zero client: the proxy speaks for itself (a health
// check), or for somebody without an address: the connection's own counts.
func ReadHeader(said []byte) (client netip.AddrPort, size int, err error) {
	if begins(said, signature) {
		return readBinary(said)
	}
	if begins(said, "PROXY ") {
		return readLine(said)
	}
	return client, 0, ErrNone
}

// Begins says whether somebody speaks the PROXY protocol: certainly, or
// perhaps, if more is needed to know. No request and no line of ours begins so.
func Begins(said []byte) (certainly, perhaps bool) {
	for _, start := range [...]string{signature, "PROXY TCP4 ", "PROXY TCP6 ", "PROXY UNKNOWN"} {
		if begins(said, start) {
			return len(said) >= len(start), true
		}
	}
	return false, false
}

// begins says whether what was said so far is the beginning of a text, or
// begins with all of it.
func begins(said []byte, text string) bool {
	n := min(len(said), len(text))
	return string(said[:n]) == text[:n]
}

// longestLine of version 1, with its end.
const longestLine = 107

// readLine reads version 1: PROXY TCP4 192.0.2.1 192.0.2.2 40001 9999\r\n
func readLine(said []byte) (client netip.AddrPort, size int, err error) {
	known, perhaps := Begins(said)
	if !perhaps {
		return client, 0, ErrNone // PROXY is a method of HTTP's, too
	}
	end := bytes.IndexByte(said[:min(len(said), longestLine)], '\n')
	switch {
	case end < 0 && len(said) >= longestLine:
		return client, 0, ErrTooLong
	case end < 0:
		return client, 0, nil
	case !known || said[end-1] != '\r':
		return client, 0, ErrMalformed
	}
	size = end + 1
	line := said[len("PROXY ") : end-1]
	if rest, unknown := bytes.CutPrefix(line, []byte("UNKNOWN")); unknown {
		if len(rest) > 0 && rest[0] != ' ' {
			return client, 0, ErrMalformed
		}
		return client, size, nil
	}
	if client, err = readAddresses(line); err != nil {
		return client, 0, err
	}
	return client, size, nil
}

// readAddresses reads what is behind "PROXY ": both addresses have to be what
// they are called, though only the first is wanted.
func readAddresses(line []byte) (client netip.AddrPort, err error) {
	var words [5][]byte
	for i := range words {
		var more bool
		words[i], line, more = bytes.Cut(line, []byte(" "))
		if more != (i < len(words)-1) {
			return client, ErrMalformed
		}
	}
	v4 := string(words[0]) == "TCP4"
	from, okFrom := readAddress(words[1], v4)
	_, okTo := readAddress(words[2], v4)
	port, okPort := readPort(words[3])
	_, okToPort := readPort(words[4])
	if !okFrom || !okTo || !okPort || !okToPort {
		return client, ErrMalformed
	}
	return netip.AddrPortFrom(from.Unmap(), port), nil
}

func readAddress(word []byte, v4 bool) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(string(word))
	return ip, err == nil && ip.Is4() == v4 && ip.Zone() == ""
}

func readPort(word []byte) (uint16, bool) {
	if len(word) == 0 || len(word) > 5 || word[0] == '0' && len(word) > 1 {
		return 0, false
	}
	n := 0
	for _, b := range word {
		if b < '0' || b > '9' {
			return 0, false
		}
		n = 10*n + int(b-'0')
	}
	return uint16(n), n <= 65535
}
