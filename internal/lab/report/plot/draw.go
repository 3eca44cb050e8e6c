package plot

import (
	"fmt"
	"math"
)

// Sizes, in units of the drawing.
const (
	wide     = 440.0
	area     = 190.0 // height of where the values are
	title    = 14.0  // sizes of letters
	small    = 11.0
	leading  = 15.0
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
	d := &drawing{Plot: p}
	top := d.head()
	bottom := top + area
	var xs, ys []float64
	for _, s := range p.Series {
		for _, point := range s.Points {
			xs, ys = append(xs, point.X), append(ys, point.Y)
		}
	}
	for _, b := range p.Bands {
		xs = append(xs, b.From, b.To)
	}
	for _, r := range p.Rules {
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
	for i := range p.Series {
		d.series(&p.Series[i], bottom)
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

func (d *drawing) axes(bottom float64) {
	right := d.x.start + d.x.length
	for _, v := range d.y.ticks() {
		y := d.y.at(v)
		d.tag("path", "class", "p-grid", "d", fmt.Sprintf("M%s %sH%s", number(d.x.start), number(y), number(right)))
		d.text("p-soft", "end", d.x.start-5, y+4, d.Y.Show(v))
	}
	d.tag("path", "class", "p-axis", "d", fmt.Sprintf("M%s %sH%s", number(d.x.start), number(bottom), number(right)))
	free := math.Inf(-1) // names do not touch each other
	for _, v := range d.x.ticks() {
		x, name := d.x.at(v), d.X.Show(v)
		half := width(name, small) / 2
		d.tag("path", "class", "p-axis", "d", fmt.Sprintf("M%s %sv4", number(x), number(bottom)))
		at := min(x, wide-2-half)
		if at-half < free {
			continue
		}
		d.text("p-soft", "middle", at, bottom+leading+1, name)
		free = at + half + 6
	}
}

func (d *drawing) bands(top float64) {
	for i, b := range d.Bands {
		from, to := d.x.at(b.From), d.x.at(b.To)
		class := []string{"p-even", "p-odd"}[i%2]
		if b.Failed {
			class = "p-failed"
		}
		d.titled(b.Title, "rect", "class", class, "x", from, "y", top-strip, "width", max(to-from, 0.5), "height", area+strip)
		if width(b.Label, 9)+4 <= to-from {
			d.text("p-tiny", "middle", (from+to)/2, top-3, b.Label)
		}
	}
}

func (d *drawing) rules(top float64) {
	for _, r := range d.Rules {
		y := d.y.at(r.At)
		d.titled(r.Label, "path", "class", "p-rule", "d", fmt.Sprintf("M%s %sH%s", number(d.x.start), number(y), number(d.x.start+d.x.length)))
		name := y - 3
		if name-small < top {
			name = y + small
		}
		d.text("p-rule-name", "end", d.x.start+d.x.length-2, name, r.Label)
	}
}
