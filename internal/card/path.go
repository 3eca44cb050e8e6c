package card

import (
	"image"
	"image/color"
	"image/draw"
	"strconv"
	"strings"

	"golang.org/x/image/vector"

	"matchstream/internal/crest"
)

// pen draws paths as SVG writes them, of the commands that package crest uses.
type pen struct {
	*vector.Rasterizer
	scale  float32
	dx, dy float32 // of the origin, in pixels
	x, y   float32 // where the path is
}

func (p *pen) at(x, y float32) (float32, float32) { return p.dx + x*p.scale, p.dy + y*p.scale }

// draw a path; one that cannot be read ends where it cannot.
func (p *pen) draw(path string) {
	for path != "" {
		command := path[0]
		end := strings.IndexFunc(path[1:], func(r rune) bool { return strings.ContainsRune("MmLlHhVvCcQqZz", r) }) + 1
		if end == 0 {
			end = len(path)
		}
		n := numbers(path[1:end])
		path = path[end:]
		p.run(command, n)
	}
}

// run a command as often as there are numbers for it.
func (p *pen) run(command byte, n []float32) {
	if command == 'Z' || command == 'z' {
		p.ClosePath()
		return
	}
	takes := map[byte]int{'m': 2, 'l': 2, 'h': 1, 'v': 1, 'q': 4, 'c': 6}[command|0x20]
	for takes > 0 && len(n) >= takes {
		p.step(command, n[:takes])
		n = n[takes:]
		if command|0x20 == 'm' {
			command-- // what follows a move is a line: the letter before it
		}
	}
}

func (p *pen) step(command byte, n []float32) {
	ox, oy := float32(0), float32(0)
	if command >= 'a' {
		ox, oy = p.x, p.y
	}
	points := make([]float32, 0, 6)
	for i := 0; i+1 < len(n); i += 2 {
		x, y := p.at(n[i]+ox, n[i+1]+oy)
		points = append(points, x, y)
	}
	switch command | 0x20 {
	case 'h':
		p.x = n[0] + ox
		p.LineTo(p.at(p.x, p.y))
		return
	case 'v':
		p.y = n[0] + oy
		p.LineTo(p.at(p.x, p.y))
		return
	case 'm':
		p.MoveTo(points[0], points[1])
	case 'l':
		p.LineTo(points[0], points[1])
	case 'q':
		p.QuadTo(points[0], points[1], points[2], points[3])
	case 'c':
		p.CubeTo(points[0], points[1], points[2], points[3], points[4], points[5])
	}
	p.x, p.y = n[len(n)-2]+ox, n[len(n)-1]+oy
}

// numbers as paths have them: a minus sign parts them, too.
func numbers(text string) (all []float32) {
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(text, "-", " -"), func(r rune) bool { return r == ' ' || r == ',' }) {
		if n, err := strconv.ParseFloat(part, 32); err == nil {
			all = append(all, float32(n))
		}
	}
	return all
}

// mask is a path of a box of 64 by 72, at a scale.
func mask(path string, scale, grow float32) *image.Alpha {
	w, h := int(64*scale), int(72*scale)
	p := pen{Rasterizer: vector.NewRasterizer(w, h), scale: scale * grow, dx: 32 * scale * (1 - grow), dy: 36 * scale * (1 - grow)}
	p.draw(path)
	m := image.NewAlpha(image.Rect(0, 0, w, h))
	p.Draw(m, m.Bounds(), image.Opaque, image.Point{})
	return m
}

// drawCrest with its top left corner at a point.
func drawCrest(on draw.Image, c crest.Crest, at image.Point, scale float32) {
	whole := mask(c.Form.Outline(), scale, 1)
	box := whole.Bounds()
	shield := image.NewRGBA(box)
	draw.Draw(shield, box, uniform(c.First), image.Point{}, draw.Src)
	if field := c.Division.Field(); field != "" {
		draw.DrawMask(shield, box, uniform(c.Second), image.Point{}, mask(field, scale, 1), image.Point{}, draw.Over)
	} else { // a rim
		draw.Draw(shield, box, uniform(c.Second), image.Point{}, draw.Src)
		draw.DrawMask(shield, box, uniform(c.First), image.Point{}, mask(c.Form.Outline(), scale, .8), image.Point{}, draw.Over)
	}
	r := box.Add(at)
	draw.DrawMask(on, r, image.NewUniform(color.RGBA{0xff, 0xff, 0xff, 0xff}), image.Point{}, whole, image.Point{}, draw.Over)
	draw.DrawMask(on, r, shield, image.Point{}, mask(c.Form.Outline(), scale, .94), image.Point{}, draw.Over)
}

func uniform(c crest.Colour) *image.Uniform { return image.NewUniform(color.RGBA{c.R, c.G, c.B, 0xff}) }
