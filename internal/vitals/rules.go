package vitals

import "math"

// Rule says when something is wrong. Those that are watched first are the
// gravest.
type Rule struct {
	Name  string // of its words, too
	Grave bool   // watchers or operators are turned away, or something is lost
	// After is for how many seconds in a row it must hold before it is told.
	After int
	// Holds must only look at the values.
	Holds func(Values) bool
	// Facts are what its words are filled with; nil: nothing.
	Facts func(Values) []Fact
}

// Fact is a value in a trouble's words.
type Fact struct {
	Name  string
	Value float64
	Unit  Unit
}

// Trouble is a rule that holds.
type Trouble struct {
	Name  string
	Grave bool
	Since int64 // second in which it began
	Facts []Fact
}

// linger is for how many seconds a trouble stays when it holds no more, so that
// it does not come and go while one reads it.
const linger = 10

type rule struct {
	Rule
	since int64 // second from which on it has held; 0: it does not
	held  int64 // last second in which it did
	told  bool
	facts []Fact
}

// Watch for troubles, the gravest first.
func (c *Chart) Watch(all ...Rule) {
	for _, r := range all {
		c.rules = append(c.rules, rule{Rule: r})
	}
}

// Rules are all that are watched for.
func (c *Chart) Rules() (all []Rule) {
	for _, r := range c.rules {
		all = append(all, r.Rule)
	}
	return all
}

// judge looks at each rule.
func (c *Chart) judge(second int64) {
	v := Values{c}
	changed := false
	for i := range c.rules {
		r := &c.rules[i]
		was := r.told
		switch {
		case r.Holds(v):
			if r.since == 0 {
				r.since = second
			}
			r.held = second
			if r.told = r.told || second-r.since >= int64(r.After); r.told && r.Rule.Facts != nil {
				r.facts = r.Rule.Facts(v)
			}
		case !r.told || second-r.held >= linger:
			r.since, r.told = 0, false
		}
		changed = changed || was || r.told
	}
	if changed {
		c.tell()
	}
}

// tell puts the troubles where others see them.
func (c *Chart) tell() {
	var all []Trouble
	for _, r := range c.rules {
		if r.told {
			all = append(all, Trouble{Name: r.Name, Grave: r.Grave, Since: r.since, Facts: r.facts})
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.troubles = all
}

// Troubles there are now, the gravest first. Not to be changed. Any goroutine.
func (c *Chart) Troubles() []Trouble {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mu.troubles
}

// Values are what a rule looks at: the chart as of the newest sample. A name
// that no series has is a bug, and panics.
type Values struct{ chart *Chart }

// Now is the newest value of a series; 0 if there is none.
func (v Values) Now(name string) float64 { return orZero(v.chart.fresh[v.at(name)]) }

// Of is what a series can be at most; 0: there is no limit, or it is not known.
func (v Values) Of(name string) float64 {
	v.chart.mu.Lock()
	defer v.chart.mu.Unlock()
	return v.chart.mu.of[v.at(name)]
}

// Part is how much of its limit a series has reached; 0 where there is none.
func (v Values) Part(name string) float64 {
	if of := v.Of(name); of > 0 {
		return v.Now(name) / of
	}
	return 0
}

// Sum over the last so many seconds, at most those that are kept: of a rate,
// how many there were.
func (v Values) Sum(name string, seconds int64) (sum float64) {
	i := v.at(name)
	v.chart.mu.Lock()
	defer v.chart.mu.Unlock()
	last := v.chart.mu.last
	for at := max(1, last-min(seconds, Kept)+1); at <= last; at++ {
		sum += orZero(float64(v.chart.mu.rings[i][at%Kept]))
	}
	return sum
}

// Mean over the last so many seconds, at most those that are kept.
func (v Values) Mean(name string, seconds int64) float64 {
	return v.Sum(name, seconds) / float64(max(1, min(seconds, Kept)))
}

func (v Values) at(name string) int {
	i, ok := v.chart.place[name]
	if !ok {
		panic("vitals: no series is called " + name)
	}
	return i
}

func orZero(f float64) float64 {
	if math.IsNaN(f) {
		return 0
	}
	return f
}
