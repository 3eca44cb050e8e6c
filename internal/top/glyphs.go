package top

// glyphs are the few signs that not every terminal has.
type glyphs struct{ grows, rule, dot, still, here string }

var (
	unicodeGlyphs = glyphs{grows: "↑", rule: "─", dot: "·", still: "…", here: "▸"}
	asciiGlyphs   = glyphs{grows: "^", rule: "-", dot: "-", still: "...", here: ">"}
)
