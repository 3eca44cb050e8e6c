// Package plot draws plots as SVG: lines, marks and bars over linear, logarithmic and
// time axes.
//
// A drawing names its parts by classes, so that a page sets its colours in light and dark
// (CSS); alone, as a file, it brings fixed ones (File). It is laid out for the width of a
// phone and may be shown larger.
package plot

// Plot is one plot.
type Plot struct {
	Name   string // of the file, and of what is in it: letters, digits, dashes
	Title  string
	Note   string // a sentence under the title
	X, Y   Axis
	Series []Series
	Bands  []Band
	Rules  []Rule
}

// Axis is how values are laid out and named.
type Axis struct {
	Label  string
	Scale  Scale
	Show   func(float64) string // a value for a person
	Ticks  []float64            // nil: round ones
	Whole  bool                 // there is nothing between whole numbers
	Binary bool                 // round values are those of KiB, MiB …
}

// Scale is what equal distances mean.
type Scale int

const (
	Linear Scale = iota // equal differences; begins with 0
	Log                 // equal ratios; what is not above 0 stands at the lower end
	Time                // equal differences, from 0, in seconds: ticks at whole minutes
)

// Kind is how a series is drawn.
type Kind int

const (
	Line   Kind = iota // a line
	Marked             // a line, and a mark at each point
	Marks              // marks only
	Bars               // a bar from the bottom to each point
)

// Series is what belongs together.
type Series struct {
	Name   string
	Kind   Kind
	Colour int // 1 to Colours; 0: red, for what is wrong
	Dashed bool
	Points []Point // by X
}

// Colours is how many there are beside red; a seventh series is drawn as the first.
const Colours = 6

// Point is one value.
type Point struct {
	X, Y   float64
	Hollow bool   // did not hold
	Gap    bool   // the line begins anew here: between it and the point before is nothing
	Title  string // shown by a pointer that rests there; "": made of the axes' names
}

// Band is a stretch of X that is told apart.
type Band struct {
	From, To float64
	Label    string // shown where there is room
	Title    string
	Failed   bool
}

// Rule is a line at a value of Y: what was expected.
type Rule struct {
	At    float64
	Label string
}

// Empty says whether there is nothing to draw.
func (p *Plot) Empty() bool {
	for _, s := range p.Series {
		if len(s.Points) > 0 {
			return false
		}
	}
	return true
}
