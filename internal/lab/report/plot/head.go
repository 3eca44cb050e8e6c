package plot

import (
	"fmt"
)

// head draws what stands above the values, and says where these begin.
func (d *drawing) head() float64 {
	fmt.Fprintf(d, `<title id="%s-title">%s</title>`+"\n"+`<desc id="%s-note">%s</desc>`+"\n", d.Name, escape(d.Title), d.Name, escape(d.Note))
	y := edge + title
	d.text("p-title", "start", edge+2, y, d.Title)
	for _, line := range lines(d.Note, small, wide-2*edge) {
		y += leading
		d.text("p-soft", "start", edge+2, y, line)
	}
	if len(d.Series) > 1 {
		y = d.legend(y + leading + 3)
	}
	if d.Y.Label != "" {
		y += leading + 4
		d.text("p-soft", "start", edge+2, y, d.Y.Label)
	}
	if len(d.Bands) > 0 {
		y += strip
	}
	return y + leading
}

func (d *drawing) legend(y float64) float64 {
	x := edge + 2
	for i := range d.Series {
		s := &d.Series[i]
		if len(s.Points) == 0 {
			continue
		}
		needs := 24 + width(s.Name, small)
		if x > edge+2 && x+needs > wide-edge {
			x, y = edge+2, y+leading
		}
		if s.Kind == Bars {
			d.tag("rect", "class", fill(s), "x", x+4, "y", y-9, "width", 9.0, "height", 9.0, "rx", 2.0)
		} else {
			if s.Kind != Marks {
				d.tag("path", "class", stroke(s), "d", fmt.Sprintf("M%s %sh16", number(x), number(y-4)))
			}
			if s.Kind != Line {
				d.mark(s, Point{}, x+8, y-4, "")
			}
		}
		d.text("p-ink", "start", x+21, y, s.Name)
		x += needs + 14
	}
	return y
}
