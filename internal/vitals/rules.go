package vitals

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
