package crest

func hex(text string) Colour {
	c, ok := Parse(text)
	if !ok {
		panic("crest: " + text) // a constant: cannot happen once a test has passed
	}
	return c
}

// pairs are for teams of which no colours are known.
var pairs = [...][2]Colour{
	{hex("b3202c"), hex("ffffff")}, {hex("14458f"), hex("ffffff")}, {hex("0e6b45"), hex("f5c518")}, {hex("16325c"), hex("d9a520")},
	{hex("6f1d3a"), hex("e9c46a")}, {hex("5bb5e8"), hex("ffffff")}, {hex("f2b705"), hex("14213d")}, {hex("e4681e"), hex("161b22")},
	{hex("161b22"), hex("ffffff")}, {hex("512d82"), hex("ffffff")}, {hex("0b7a75"), hex("ffffff")}, {hex("ffffff"), hex("b3202c")},
	{hex("ffffff"), hex("14458f")}, {hex("b3202c"), hex("161b22")}, {hex("14458f"), hex("b3202c")}, {hex("0e6b45"), hex("ffffff")},
	{hex("8c1c13"), hex("9fc5e8")},
}

// named are the colours that people write out, in English and Spanish.
var named = map[string]Colour{}

func init() {
	for colour, names := range map[string][]string{
		"c8202f": {"red", "rojo", "roja", "colorado", "encarnado"},
		"8c1c2b": {"dark red", "maroon", "granate", "vino", "bordeaux", "bordó", "bordo"},
		"7b1e3b": {"claret", "burgundy", "burdeos", "garnet"},
		"c2185b": {"crimson", "carmesí", "carmesi", "magenta"},
		"e91e78": {"fuchsia", "fucsia"},
		"f48fb1": {"pink", "rosa", "rosado"},
		"e4681e": {"orange", "naranja"},
		"c98a1b": {"amber", "ámbar", "ambar", "ochre", "ocre"},
		"f5c518": {"yellow", "amarillo", "amarilla"},
		"d4a72c": {"gold", "golden", "oro", "dorado"},
		"0e7a45": {"green", "verde"},
		"0a4d2e": {"dark green", "verde oscuro", "bottle green"},
		"6cbf4b": {"light green", "lime", "verde claro", "lima"},
		"0b7a75": {"teal", "turquoise", "turquesa", "verde azulado", "aquamarine"},
		"1b4fa0": {"blue", "azul", "royal blue", "royal", "azul real"},
		"14284f": {"navy", "navy blue", "dark blue", "azul marino", "marino", "azul oscuro", "midnight blue"},
		"6bb8ea": {"light blue", "sky blue", "sky", "celeste", "azul claro", "azul celeste", "cyan", "cian"},
		"5b2c83": {"purple", "morado", "púrpura", "purpura"},
		"7d4fb3": {"violet", "violeta", "lilac", "lila", "lavender", "lavanda"},
		"6b4423": {"brown", "marrón", "marron", "café", "cafe", "pardo"},
		"c9b58b": {"beige", "cream", "crema", "sand", "arena"},
		"7c8691": {"grey", "gray", "gris"},
		"c3c9cf": {"silver", "plata", "plateado", "light grey", "light gray", "gris claro"},
		"3d444d": {"dark grey", "dark gray", "gris oscuro", "charcoal", "antracita"},
		"161b22": {"black", "negro", "negra"},
		"ffffff": {"white", "blanco", "blanca"},
	} {
		for _, name := range names {
			named[name] = hex(colour)
		}
	}
}
