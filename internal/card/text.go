package card

import (
	"image"
	"image/color"
	"image/draw"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The fonts: Latin, Greek and Cyrillic letters.
var (
	regular = parse(goregular.TTF)
	bold    = parse(gobold.TTF)
)

func parse(ttf []byte) *sfnt.Font {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic("card: " + err.Error()) // embedded: cannot happen once a test has passed
	}
	return f
}

// Drawable is a text without what is not shown, and whether the fonts have a
// letter for all the rest: a box in place of one says nothing.
func Drawable(text string) (string, bool) {
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) {
			return ' '
		}
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)), " ")
	var b sfnt.Buffer
	for _, r := range text {
		if at, err := bold.GlyphIndex(&b, r); err != nil || at == 0 || unicode.Is(unicode.Mn, r) {
			return text, false
		}
	}
	return text, text != ""
}

// style is how a text is written.
type style struct {
	font  *sfnt.Font
	size  float64 // pixels
	least float64 // it may shrink to, where there is little room
	ink   color.Color
}

func (s style) face(size float64) font.Face {
	f, err := opentype.NewFace(s.font, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic("card: " + err.Error()) // the options are ours
	}
	return f
}

// write a text around a middle, in at most so many lines of so many pixels:
// smaller if need be, and in the end cut off. It gives the height that it took.
func (s style) write(on draw.Image, text string, x, y, width, lines int) int {
	for size := s.size; ; size = max(s.least, size*.9) {
		face := s.face(size)
		folded, whole := fold(face, text, width, lines)
		if !whole && size > s.least {
			face.Close()
			continue
		}
		height := int(size * 1.2)
		for i, line := range folded {
			d := font.Drawer{Dst: on, Src: image.NewUniform(s.ink), Face: face}
			d.Dot = fixed.P(x, y+i*height+int(size*.9))
			d.Dot.X -= d.MeasureString(line) / 2
			d.DrawString(line)
		}
		face.Close()
		return height * len(folded)
	}
}

// fold breaks a text into lines; whole says whether all of it found room.
func fold(face font.Face, text string, width, most int) (lines []string, whole bool) {
	fits := func(s string) bool { return font.MeasureString(face, s).Ceil() <= width }
	line := ""
	for i, word := range strings.Fields(text) {
		longer := word
		if i > 0 && line != "" {
			longer = line + " " + word
		}
		if fits(longer) {
			line = longer
			continue
		}
		if len(lines) == most-1 || line == "" { // no room below
			return append(lines, cut(longer, fits)), false
		}
		lines, line = append(lines, line), word
		if !fits(word) {
			return append(lines, cut(word, fits)), false
		}
	}
	return append(lines, line), true
}

// cut off what does not fit.
func cut(text string, fits func(string) bool) string {
	r := []rune(text)
	for len(r) > 0 && !fits(string(r)+"…") {
		r = r[:len(r)-1]
	}
	return strings.TrimSpace(string(r)) + "…"
}
