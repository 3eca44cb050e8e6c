//go:build !linux

package pump

import "errors"

// NewEpoll fails: it needs Linux.
func NewEpoll(Options, int) (*Epoll, error) {
	return nil, errors.New("pump: epoll needs Linux")
}

// Epoll is Linux' pump for plain connections.
type Epoll struct{ Goroutine }
