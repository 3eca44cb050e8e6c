// Package card draws the picture that goes with a link to a match where
// people share it: who plays, how it stands, who scored.
package card

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"strings"
	"sync"

	"golang.org/x/image/vector"

	"matchstream/internal/crest"
	"matchstream/internal/match"
)

// Width and Height of a card, pixels: what all who show it ask for.
const (
	Width  = 1200
	Height = 630
)

// A Card is what is to be seen on one. Texts that the fonts cannot draw are
// left out; a team's name gives way to its id.
type Card struct {
	Teams   [2]match.Team // Home, Visit
	Score   string        // "3–3", or a time of day before the start
	Under   string        // below the score: a shoot-out
	Phase   string        // "67′", "Full time"
	About   string        // above: the competition
	Day     string
	Scorers [2][]string // "Messi 23′ (pen.)"
	Site    string      // whose it is
}

var (
	pitch = [2]color.RGBA{{0x0d, 0x6a, 0x44, 0xff}, {0x0a, 0x5c, 0x3a, 0xff}}
	chalk = color.RGBA{0xff, 0xff, 0xff, 0xff}
	pale  = color.RGBA{0xd8, 0xe8, 0xdf, 0xff}
	faint = color.RGBA{0x22, 0x22, 0x22, 0x22} // white, seen through
)

// PNG draws a card: the same bytes for the same card.
func (c Card) PNG() []byte {
	i := c.draw()
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := e.Encode(&b, i); err != nil {
		panic("card: " + err.Error()) // to memory, of a size that there is
	}
	return b.Bytes()
}

func (c Card) draw() *image.RGBA {
	i := image.NewRGBA(image.Rect(0, 0, Width, Height))
	copy(i.Pix, grass().Pix)
	const middle, left, right = Width / 2, 235, Width - 235
	if about, ok := Drawable(c.About); ok {
		style{bold, 30, 24, chalk}.write(i, about, middle, 34, 1000, 1)
	}
	if day, ok := Drawable(c.Day); ok {
		style{regular, 24, 20, pale}.write(i, day, middle, 76, 1000, 1)
	}
	for side, x := range [2]int{left, right} {
		drawCrest(i, crest.Of(c.Teams[side]), image.Pt(x-80, 128), 2.5)
		below := 322 + style{bold, 46, 28, chalk}.write(i, nameOf(c.Teams[side]), x, 322, 400, 2)
		lines := 0
		for n, text := range c.Scorers[side] {
			text, ok := Drawable(text)
			if !ok || below+30*(lines+1) > 568 {
				continue
			}
			if more := len(c.Scorers[side]) - n; more > 1 && below+30*(lines+2) > 568 {
				text = "…"
			}
			style{regular, 23, 18, pale}.write(i, text, x, below+14+30*lines, 400, 1)
			lines++
		}
	}
	style{bold, 132, 60, chalk}.write(i, c.Score, middle, 136, 380, 1)
	y := 300
	if under, ok := Drawable(c.Under); ok {
		y += style{bold, 34, 24, chalk}.write(i, under, middle, y, 380, 1)
	}
	if phase, ok := Drawable(c.Phase); ok {
		style{regular, 34, 24, pale}.write(i, phase, middle, y+4, 300, 2)
	}
	style{bold, 24, 24, pale}.write(i, c.Site, middle, 580, 600, 1)
	return i
}

// nameOf a team, or its id where that cannot be drawn.
func nameOf(t match.Team) string {
	if name, ok := Drawable(t.Name); ok {
		return name
	}
	return strings.ToUpper(cmp.Or(t.ID, "?"))
}

// grass is the pitch, with its centre circle: drawn once.
var grass = sync.OnceValue(func() *image.RGBA {
	i := image.NewRGBA(image.Rect(0, 0, Width, Height))
	for n := range 10 {
		draw.Draw(i, image.Rect(n*Width/10, 0, (n+1)*Width/10, Height), image.NewUniform(pitch[n%2]), image.Point{}, draw.Src)
	}
	const r, thick = 190, 4
	v := vector.NewRasterizer(Width, Height)
	ring(v, r, 1)
	ring(v, r-thick, -1)
	v.Draw(i, i.Bounds(), image.NewUniform(faint), image.Point{})
	return i
})

// ring around the middle; the other way round it is a hole.
func ring(v *vector.Rasterizer, r, way float64) {
	for n := range 97 {
		sin, cos := math.Sincos(way * float64(n) / 96 * 2 * math.Pi)
		x, y := float32(Width/2+r*cos), float32(Height/2+r*sin)
		if n == 0 {
			v.MoveTo(x, y)
		} else {
			v.LineTo(x, y)
		}
	}
	v.ClosePath()
}
