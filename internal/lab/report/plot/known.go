package plot

import (
	"math"
	"slices"
)

// Values beyond far, or nearer to 0 than near, cannot be measured, and are not drawn, or
// drawn as 0: nothing overflows then.
const (
	far  = 1e15
	near = 1e-12
)

// known is a plot without what is nowhere.
func (p *Plot) known() *Plot {
	k := *p
	k.Series = slices.Clone(p.Series)
	for i, s := range k.Series {
		k.Series[i].Points = slices.DeleteFunc(slices.Clone(s.Points), func(p Point) bool { return nowhere(p.X) || nowhere(p.Y) })
	}
	k.Bands = slices.DeleteFunc(slices.Clone(p.Bands), func(b Band) bool { return nowhere(b.From) || nowhere(b.To) })
	k.Rules = slices.DeleteFunc(slices.Clone(p.Rules), func(r Rule) bool { return nowhere(r.At) })
	return &k
}

func nowhere(v float64) bool { return !(math.Abs(v) <= far) } // a NaN is nowhere, too
