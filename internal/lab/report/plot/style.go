package plot

import "strings"

// Style is the style sheet of a page with plots. The page sets the colours: --ink, --soft,
// --line, --paper, --red, and --c1 to --c6.
const Style = `.plot{display:block;width:100%;height:auto;font-family:inherit}
.p-title{font-size:15px;font-weight:650;fill:var(--ink)}
.p-ink,.p-soft{font-size:12px}
.p-ink{fill:var(--ink)}
.p-soft,.p-tiny{fill:var(--soft)}
.p-tiny{font-size:10px}
.p-grid{stroke:var(--line);fill:none}
.p-axis{stroke:var(--soft);fill:none}
.p-even{fill:transparent}
.p-odd{fill:var(--line);fill-opacity:.4}
.p-failed{fill:var(--red);fill-opacity:.1}
.p-rule{stroke:var(--red);stroke-dasharray:5 3;fill:none}
.p-rule-name{font-size:11px;fill:var(--red);stroke:var(--paper);stroke-width:3px;stroke-linejoin:round;paint-order:stroke}
.p-line{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
.p-dashed{stroke-dasharray:5 4}
.p-touch{fill:transparent}
.p-fill{stroke:none}
.p-hollow{fill:var(--paper);stroke-width:1.8}
.p-line.p-red,.p-hollow.p-red{stroke:var(--red)}
.p-fill.p-red{fill:var(--red)}
.p-line.p-c1,.p-hollow.p-c1{stroke:var(--c1)}
.p-line.p-c2,.p-hollow.p-c2{stroke:var(--c2)}
.p-line.p-c3,.p-hollow.p-c3{stroke:var(--c3)}
.p-line.p-c4,.p-hollow.p-c4{stroke:var(--c4)}
.p-line.p-c5,.p-hollow.p-c5{stroke:var(--c5)}
.p-line.p-c6,.p-hollow.p-c6{stroke:var(--c6)}
.p-fill.p-c1{fill:var(--c1)}
.p-fill.p-c2{fill:var(--c2)}
.p-fill.p-c3{fill:var(--c3)}
.p-fill.p-c4{fill:var(--c4)}
.p-fill.p-c5{fill:var(--c5)}
.p-fill.p-c6{fill:var(--c6)}
`

// Light and Dark are the colours of a page, and Light those of a file.
const (
	Light = "--ground:#f4f5f1;--paper:#ffffff;--ink:#17201b;--soft:#5d6963;--line:#e0e4dd;--green:#0b6b43;--red:#c8262c;" +
		"--c1:#0b6b43;--c2:#c2570c;--c3:#1f5fd0;--c4:#8a3fb0;--c5:#0e7f93;--c6:#7a6a12;"
	Dark = "--ground:#0e1311;--paper:#171e1b;--ink:#e8eeea;--soft:#9aa7a0;--line:#29332e;--green:#4cc88e;--red:#ff6b78;" +
		"--c1:#4cc88e;--c2:#f2965a;--c3:#6ea8ff;--c4:#c58bea;--c5:#4fc3d9;--c6:#d8c34a;"
)

// fixed is Style with the colours put in, for programs that know no variables.
func fixed() string {
	var pairs []string
	for colour := range strings.SplitSeq(strings.TrimSuffix(Light, ";"), ";") {
		name, value, _ := strings.Cut(colour, ":")
		pairs = append(pairs, "var("+name+")", value)
	}
	return `svg{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}` + "\n" +
		".p-paper{fill:#ffffff;stroke:#d5dad2}\n" + strings.NewReplacer(pairs...).Replace(Style)
}
