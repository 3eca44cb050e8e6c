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
	if s.Kind == Line {
		d.touch(s, points)
		return
	}
	for _, p := range points {
		d.mark(s, p, d.x.at(p.X), d.y.at(p.Y), d.name(s, p))
	}
}

// touch puts places on a line where a pointer may rest, of points that lie close together
// on the highest.
func (d *drawing) touch(s *Series, points []Point) {
	const apart = 7.0
	for i := 0; i < len(points); {
		column, high := math.Floor(d.x.at(points[i].X)/apart), i
		for ; i < len(points) && math.Floor(d.x.at(points[i].X)/apart) == column; i++ {
			if points[i].Y > points[high].Y {
				high = i
			}
		}
		p := points[high]
		d.titled(d.name(s, p), "circle", "class", "p-touch", "cx", d.x.at(p.X), "cy", d.y.at(p.Y), "r", 4.0)
	}
}

// name is what a point says to who rests on it.
func (d *drawing) name(s *Series, p Point) string {
	if p.Title != "" {
		return p.Title
	}
	return fmt.Sprintf("%s at %s: %s", s.Name, d.X.Show(p.X), d.Y.Show(p.Y))
}

// line draws a line; a part of it that is a single point is a dot.
func (d *drawing) line(s *Series, points []Point) {
	var path strings.Builder
	begins := func(i int) bool { return i == 0 || i == len(points) || points[i].Gap }
	for i, p := range points {
		how := 'L'
		if begins(i) {
			how = 'M'
		}
		fmt.Fprintf(&path, "%c%s %s", how, number(d.x.at(p.X)), number(d.y.at(p.Y)))
		if begins(i) && begins(i+1) {
			path.WriteString("h.1")
		}
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
		low, high, gap := i, i, false
		for ; i < len(points) && math.Floor(d.x.at(points[i].X)/apart) == column; i++ {
			gap = gap || points[i].Gap
			if points[i].Y < points[low].Y {
				low = i
			}
			if points[i].Y > points[high].Y {
				high = i
			}
		}
		first := points[min(low, high)]
		first.Gap = gap
		kept = append(kept, first)
		if last := points[max(low, high)]; low != high {
			last.Gap = false
			kept = append(kept, last)
		}
	}
	return kept
}
