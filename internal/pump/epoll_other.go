//go:build !linux

package pump

import (
	"errors"
	"net"
	"time"
)

// NewEpoll fails: it needs Linux.
func NewEpoll(Options, int) (*Epoll, error) {
	return nil, errors.New("pump: epoll needs Linux")
}

// Epoll is Linux' pump for plain connections; here there is none.
type Epoll struct{ Goroutine }

// Listen is Linux'.
func (p *Epoll) Listen(string, Door, Patience) (net.Addr, error) { return nil, errors.ErrUnsupported }

// Open is Linux'.
func (p *Epoll) Open() int { return 0 }

// Shut is Linux'.
func (p *Epoll) Shut() {}

// Starved is Linux'.
func (p *Epoll) Starved() uint64 { return 0 }

// Yielded is Linux'.
func (p *Epoll) Yielded() uint64 { return 0 }

// Accepted is Linux'.
func (p *Epoll) Accepted() uint64 { return 0 }

// Fanout is Linux'.
func (p *Epoll) Fanout() (upTo map[float64]uint64, count uint64, sum float64) { return nil, 0, 0 }

// FanoutCounts is Linux'.
func (p *Epoll) FanoutCounts(*[Buckets]uint64) {}

// Slowest is Linux'.
func (p *Epoll) Slowest() Straggler { return Straggler{} }

// Inside is Linux'.
func (p *Epoll) Inside(time.Duration) Inside { return Inside{} }
