package proxy

import (
	"encoding/binary"
	"net/netip"
)

// signature is what version 2 begins with.
const signature = "\r\n\r\n\x00\r\nQUIT\n"

// fixed is the length of what comes before the addresses.
const fixed = len(signature) + 4

// readBinary reads version 2: the signature, a byte of version and command, one
// of family and transport, the length of the rest; then the addresses, and
// additions that are passed over.
func readBinary(said []byte) (client netip.AddrPort, size int, err error) {
	if n := len(signature); len(said) > n && (said[n]>>4 != 2 || said[n]&0xf > 1) {
		return client, 0, ErrMalformed // version, command
	}
	if n := len(signature) + 1; len(said) > n && (said[n]>>4 > 3 || said[n]&0xf > 2) {
		return client, 0, ErrMalformed // family, transport
	}
	if len(said) < fixed {
		return client, 0, nil
	}
	size = fixed + int(binary.BigEndian.Uint16(said[fixed-2:]))
	if size > Longest {
		return client, 0, ErrTooLong
	}
	local := said[len(signature)]&0xf == 0
	family := said[len(signature)+1] >> 4
	if !local && size-fixed < addressBytes[family] {
		return client, 0, ErrMalformed
	}
	if len(said) < size {
		return client, 0, nil
	}
	if local {
		return client, size, nil
	}
	return readSource(family, said[fixed:size]), size, nil
}

// Families of addresses. Others have none that is one of a network.
const (
	inet  = 1
	inet6 = 2
)

// addressBytes by family: none, IPv4, IPv6, Unix.
var addressBytes = [...]int{0, 2*4 + 2*2, 2*16 + 2*2, 2 * 108}

// readSource is the first of two addresses, with the first of two ports behind
// both.
func readSource(family byte, b []byte) netip.AddrPort {
	switch family {
	case inet:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(b)), binary.BigEndian.Uint16(b[8:]))
	case inet6:
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(b)).Unmap(), binary.BigEndian.Uint16(b[32:]))
	}
	return netip.AddrPort{}
}
