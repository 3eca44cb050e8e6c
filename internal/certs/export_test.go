package certs

import "time"

// RenewAlways has each certificate replaced as soon as it is looked at, and that often.
func RenewAlways(o ACMEOptions, every time.Duration) ACMEOptions {
	o.window, o.every = 1, every
	return o
}

// Locker is what nodes that share a folder have of each other.
type Locker = folder

// NewLocker is one node's.
var NewLocker = newFolder
