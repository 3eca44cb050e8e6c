package plot

import (
	"fmt"
	"math"
	"strings"
)

func fill(s *Series) string { return "p-fill p-" + colour(s) }

func stroke(s *Series) string {
	class := "p-line p-" + colour(s)
	if s.Dashed {
		class += " p-dashed"
	}
	return class
}

func colour(s *Series) string {
	if s.Colour == 0 {
		return "red"
	}
	return fmt.Sprintf("c%d", (s.Colour-1)%Colours+1)
}

func (d *drawing) series(s *Series, bottom float64) {
	if s.Kind == Bars {
		d.bars(s, bottom)
		return
	}
	points := s.Points
	if s.Kind == Line {
		points = d.thin(points)
	}
	if s.Kind != Marks {
		d.line(s, points)
	}
	for i, p := range points {
		x, y := d.x.at(p.X), d.y.at(p.Y)
		if s.Kind != Line {
			d.mark(s, p, x, y, d.name(s, p))
		} else if i == 0 || x-d.x.at(points[i-1].X) >= 0.5 || len(points) == 1 {
			d.titled(d.name(s, p), "circle", "class", "p-touch", "cx", x, "cy", y, "r", 4.0)
		}
	}
}

// name is what a point says to who rests on it.
func (d *drawing) name(s *Series, p Point) string {
	if p.Title != "" {
		return p.Title
	}
	return fmt.Sprintf("%s at %s: %s", s.Name, d.X.Show(p.X), d.Y.Show(p.Y))
}

// line draws a line; that of a single point is a dot.
func (d *drawing) line(s *Series, points []Point) {
	var path strings.Builder
	for i, p := range points {
		fmt.Fprintf(&path, "%c%s %s", "ML"[min(i, 1)], number(d.x.at(p.X)), number(d.y.at(p.Y)))
	}
	if len(points) == 1 {
		path.WriteString("h.1")
	}
	if len(points) > 0 {
		d.tag("path", "class", stroke(s), "d", path.String())
	}
}

// thin keeps of many points that would lie on each other the lowest and the highest: no
// peak is lost.
func (d *drawing) thin(points []Point) []Point {
	if len(points) <= int(wide)/2 {
		return points
	}
	const apart = 2.0
	var kept []Point
	for i := 0; i < len(points); {
		column := math.Floor(d.x.at(points[i].X) / apart)
		low, high := i, i
		for ; i < len(points) && math.Floor(d.x.at(points[i].X)/apart) == column; i++ {
			if points[i].Y < points[low].Y {
				low = i
			}
			if points[i].Y > points[high].Y {
				high = i
			}
		}
		kept = append(kept, points[min(low, high)])
		if low != high {
			kept = append(kept, points[max(low, high)])
		}
	}
	return kept
}

// mark draws a point: each colour has a form of its own, as not everybody sees colours.
func (d *drawing) mark(s *Series, p Point, x, y float64, name string) {
	class := fill(s)
	if p.Hollow {
		class = "p-hollow p-" + colour(s)
	}
	at := func(form string) { d.titled(name, "path", "class", class, "d", "M"+number(x)+" "+number(y)+form) }
	switch (s.Colour - 1 + Colours) % 4 {
	case 1:
		d.titled(name, "rect", "class", class, "x", x-3.5, "y", y-3.5, "width", 7.0, "height", 7.0)
	case 2:
		at("m0 -4.6l4.5 8h-9z")
	case 3:
		at("m0 -5l5 5l-5 5l-5 -5z")
	default:
		d.titled(name, "circle", "class", class, "cx", x, "cy", y, "r", 4.0)
	}
}

// bars stand side by side where several series have them.
func (d *drawing) bars(s *Series, bottom float64) {
	of, all, most := 0, 0, 1
	for i := range d.Series {
		if d.Series[i].Kind == Bars {
			if &d.Series[i] == s {
				of = all
			}
			all++
			most = max(most, len(d.Series[i].Points))
		}
	}
	each := max(shortest, min(24, d.x.length/float64(most*all)*0.7))
	for _, p := range s.Points {
		x := d.x.at(p.X) + (float64(of)-float64(all)/2)*each
		y := min(d.y.at(p.Y), bottom-1)
		d.titled(d.name(s, p), "rect", "class", fill(s), "x", x, "y", y, "width", each-1, "height", bottom-y, "rx", 1.5)
	}
}
