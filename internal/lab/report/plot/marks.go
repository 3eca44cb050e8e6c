package plot

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
