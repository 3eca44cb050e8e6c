package plot

import (
	"fmt"
	"math"
)

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
		if width(b.Label, tiny)+4 <= to-from {
			d.text("p-tiny", "middle", (from+to)/2, top-3, b.Label)
		}
	}
}

// rules are drawn with their names at the end where fewer points are in the way of them.
func (d *drawing) rules(top float64) {
	for _, r := range d.Rules {
		y := d.y.at(r.At)
		d.titled(r.Label, "path", "class", "p-rule", "d", fmt.Sprintf("M%s %sH%s", number(d.x.start), number(y), number(d.x.start+d.x.length)))
		name := y - 3
		if name-small < top {
			name = y + small
		}
		first, last := d.x.start+2, d.x.start+d.x.length-2
		long := width(r.Label, small)
		if d.points(first, first+long, name-tiny, name) < d.points(last-long, last, name-tiny, name) {
			d.text("p-rule-name", "start", first, name, r.Label)
			continue
		}
		d.text("p-rule-name", "end", last, name, r.Label)
	}
}

// points are how many of them are drawn there, or so near that they touch it.
func (d *drawing) points(left, right, top, bottom float64) (n int) {
	const near = 5
	for _, s := range d.Series {
		for _, p := range s.Points {
			x, y := d.x.at(p.X), d.y.at(p.Y)
			if x > left-near && x < right+near && y > top-near && y < bottom+near {
				n++
			}
		}
	}
	return n
}
