package certs

import (
	"context"
	"errors"
	"time"
)

// RenewAlways has each certificate replaced as soon as it is looked at, and that often.
func RenewAlways(o ACMEOptions, every time.Duration) ACMEOptions {
	o.window, o.every = 1, every
	return o
}

// Locker is what nodes that share a folder have of each other.
type Locker = folder

// NewLocker is one node's.
var NewLocker = newFolder

// NotRenewed has it hear that a name's certificate could not be renewed.
func NotRenewed(a *ACME, name string) {
	_ = a.told(context.Background(), "cert_failed", map[string]any{"identifier": name, "renewal": true, "error": errors.New("the authority is away")})
}

// Rest as after a try, with so long a pause.
func Rest(a *ACME, pause time.Duration) bool { return a.rest(pause) }

// Load what the folder has for a name.
func Load(a *ACME, name string) error { return a.load(name) }
