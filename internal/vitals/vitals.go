// Package vitals is how a node has been over the last quarter of an hour: once
// a second it reads what it was told to (a gauge, the rate of a counter, a
// quantile of recent durations), keeps the last 900 samples of each in memory,
// and looks whether something is wrong. It knows nothing of what it samples,
// and whoever shows it decides how.
//
// A series costs 3.6 kB and a tick some microseconds; a tick allocates nothing
// by itself (BenchmarkTick).
package vitals

import (
	"sync"
	"time"
)

const (
	// Kept are how many samples there are of each series: a quarter of an hour.
	Kept = 900
	// Every is the time between two.
	Every = time.Second
)

// Series is one thing that is sampled.
type Series struct {
	Name  string // unique; of its words, too
	Panel string // the group that it is shown in; "": none, it is for the rules
	Unit  Unit
	Note  Note           // what is said beside its present value
	Of    func() float64 // the most that it can be, 0: not known; nil: there is none
	Read  Reader
}

// Unit of a series.
type Unit int

const (
	Count    Unit = iota // things
	Rate                 // things a second
	Bytes                // bytes
	Stream               // bytes a second
	Duration             // seconds
	Share                // a part of 1
	Cores                // processors kept busy
	Switch               // 1: yes, 0: no
)

// Note is what is worth saying of the last quarter of an hour.
type Note int

const (
	Peak  Note = iota // the largest
	Total             // of a rate: how many there were
	Limit             // what it can be at most
)

// Chart is the series of a node. Add and Watch come before Start.
type Chart struct {
	began  time.Time
	series []Series
	place  map[string]int
	rules  []rule
	fresh  []float64 // what a tick has read
	stop   chan struct{}
	done   sync.WaitGroup

	mu struct {
		sync.Mutex
		last     int64 // second of the newest sample; 0: there is none
		rings    [][Kept]float32
		of       []float64
		troubles []Trouble
	}
}

// New makes an empty chart.
func New() *Chart { return &Chart{place: map[string]int{}, stop: make(chan struct{})} }

// Add series, in the order in which they are shown.
func (c *Chart) Add(all ...Series) {
	for _, s := range all {
		if _, twice := c.place[s.Name]; twice {
			panic("vitals: two series are called " + s.Name)
		}
		c.place[s.Name] = len(c.series)
		c.series = append(c.series, s)
	}
	c.fresh = make([]float64, len(c.series))
	c.mu.rings, c.mu.of = make([][Kept]float32, len(c.series)), make([]float64, len(c.series))
}

// Series are all that there are.
func (c *Chart) Series() []Series { return c.series }

// Start begins to sample. Close ends it.
func (c *Chart) Start() {
	c.began = time.Now()
	c.read(0) // where the rates begin
	c.done.Go(c.run)
}

// Close stops sampling; what was sampled may still be read.
func (c *Chart) Close() {
	close(c.stop)
	c.done.Wait()
}

func (c *Chart) run() {
	ticker := time.NewTicker(Every)
	defer ticker.Stop()
	for {
		select {
		case <-c.stop:
			return
		case <-ticker.C:
			c.tick(int64(time.Since(c.began) / Every))
		}
	}
}

// tick takes the sample of a second, and of those before it that were missed. A rate
// is of whole seconds, however late the tick comes: so their Sum is what there was.
func (c *Chart) tick(second int64) {
	second = max(second, c.mu.last+1) // which nobody else writes
	c.read(time.Duration(second-c.mu.last) * Every)
	c.keep(second)
	c.judge(second)
}

func (c *Chart) read(since time.Duration) {
	for i := range c.series {
		c.fresh[i] = c.series[i].Read(since.Seconds())
	}
}
