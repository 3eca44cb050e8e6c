package plot

import (
	"fmt"
)

// Sizes, in units of the drawing.
const (
	wide     = 420.0
	area     = 190.0 // height of where the values are
	title    = 15.0  // sizes of letters
	small    = 12.0
	tiny     = 10.0
	leading  = 16.0
	edge     = 6.0
	strip    = 12.0 // height of where bands have their names
	shortest = 3.0  // bars are at least so wide
)

// drawing is a plot on its way.
type drawing struct {
	*Plot
	sheet
	x, y span
}

// SVG is the plot for a page whose style sheet has Style and its colours.
func (p *Plot) SVG() string {
	body, height := p.draw()
	return fmt.Sprintf(`<svg class="plot" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-title %s-note">`, number(wide), number(height), p.Name, p.Name) +
		"\n" + body + "</svg>\n"
}

// File is the plot as a file of its own, in fixed colours on paper.
func (p *Plot) File() string {
	body, height := p.draw()
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-labelledby="%s-title %s-note">`,
		number(wide), number(height), number(wide*1.5), number(height*1.5), p.Name, p.Name) +
		"\n<style>\n" + fixed() + "</style>\n" +
		fmt.Sprintf(`<rect class="p-paper" x="0.5" y="0.5" width="%s" height="%s" rx="8"/>`, number(wide-1), number(height-1)) +
		"\n" + body + "</svg>\n"
}

func (p *Plot) draw() (body string, height float64) {
	d := &drawing{Plot: p.known()}
	top := d.head()
	bottom := top + area
	var xs, ys []float64
	for _, s := range d.Series {
		for _, point := range s.Points {
			xs, ys = append(xs, point.X), append(ys, point.Y)
		}
	}
	for _, b := range d.Bands {
		xs = append(xs, b.From, b.To)
	}
	for _, r := range d.Rules {
		ys = append(ys, r.At)
	}
	d.y = reach(p.Y, ys, bottom, -area).round()
	left := edge + 2
	for _, v := range d.y.ticks() {
		left = max(left, edge+6+width(p.Y.Show(v), small))
	}
	d.x = reach(p.X, xs, left, wide-left-2*edge)
	if d.marks() {
		d.x = d.x.margin(0.04)
	}
	d.bands(top)
	d.axes(bottom)
	d.rules(top)
	for i := range d.Series {
		d.series(&d.Series[i], bottom)
	}
	height = bottom + 2*leading + 2
	if p.X.Label != "" {
		height += leading - 3
		d.text("p-soft", "end", wide-2*edge, height-edge-2, p.X.Label)
	}
	return d.String(), height
}

// marks says whether points are drawn as marks or bars, which want room beside them.
func (d *drawing) marks() bool {
	for _, s := range d.Series {
		if s.Kind != Line {
			return true
		}
	}
	return false
}
