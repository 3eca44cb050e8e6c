package crest

import (
	"fmt"
	"strconv"
	"strings"
)

// Colour is red, green and blue.
type Colour struct{ R, G, B uint8 }

// The two that go with everything.
var (
	White = Colour{255, 255, 255}
	Black = Colour{0x16, 0x1b, 0x22}
)

// String is the colour as CSS and SVG write it: #0b6b43.
func (c Colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// Ink is black or white, whichever is read better on the colour.
func (c Colour) Ink() Colour {
	if 299*int(c.R)+587*int(c.G)+114*int(c.B) > 150_000 {
		return Black
	}
	return White
}

// far says whether two colours are told apart across a pitch.
func (c Colour) far(d Colour) bool {
	// The redmean distance: cheap, and near to what the eye says.
	mean := (int(c.R) + int(d.R)) / 2
	r, g, b := int(c.R)-int(d.R), int(c.G)-int(d.G), int(c.B)-int(d.B)
	return (512+mean)*r*r/256+4*g*g+(767-mean)*b*b/256 > 150*150
}

// Parse reads a colour as people write it: #f00, ff0000, "red", "azul marino",
// "Light Blue"; false if it is none of these.
func Parse(text string) (Colour, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if c, ok := named[strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '-' || r == '_' }), " ")]; ok {
		return c, true
	}
	hex := strings.TrimPrefix(text, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if len(hex) != 6 || err != nil {
		return Colour{}, false
	}
	return Colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}, true
}

// coloursOf are the first two of a team's colours that are understood. One
// alone gets its ink beside it.
func coloursOf(texts []string, instead [2]Colour) (first, second Colour) {
	var known []Colour
	for _, text := range texts {
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;/|&+", r) }) {
			if c, ok := Parse(part); ok {
				known = append(known, c)
			}
		}
	}
	switch len(known) {
	case 0:
		return instead[0], instead[1]
	case 1:
		return known[0], known[0].Ink()
	}
	if !known[0].far(known[1]) {
		return known[0], known[0].Ink()
	}
	return known[0], known[1]
}
