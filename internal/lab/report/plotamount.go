package report

import (
	"matchstream/internal/lab"
	"matchstream/internal/lab/report/plot"
)

// amount draws amounts of the server's and the lab's, whichever are known.
func amount(runs []*Run, name, title string, figures []string) *plot.Plot {
	p := &plot.Plot{Name: name, Title: title, X: users(stepLines(runs)), Y: plot.Axis{Show: memory, Binary: true}}
	get := figure
	switch name {
	case "cpu-by-n":
		p.Y, get = plot.Axis{Show: digits}, func(who string) func(lab.Step) (float64, bool) {
			return func(s lab.Step) (float64, bool) { return busy(s.Figures, who, s.Took) }
		}
	case "deliveries-by-n":
		p.Y, get = plot.Axis{Label: "a second, over the whole step", Show: short}, func(name string) func(lab.Step) (float64, bool) {
			return func(s lab.Step) (float64, bool) {
				return s.Figures[name] / max(s.Took, 1e-9), s.Figures[name] > 0 && s.Took > 0
			}
		}
	case "connections-by-n":
		p.Y = plot.Axis{Show: short}
	}
	several := len(stepLines(runs)) > 1
	for second, f := range figures {
		lines := having(stepLines(runs), get(f))
		p.Note = note(p.Note, lines)
		for i, line := range lines {
			label := amountNames[f]
			if several {
				label += ", " + line.name(stepLines(runs))
			}
			series := plot.Series{Name: label, Kind: plot.Marked, Colour: len(p.Series) + 1, Points: line.points(get(f), p.Y.Show)}
			if several { // the same search has the same colour
				series.Colour, series.Dashed = line.colour(stepLines(runs), i), second > 0
			}
			p.Series = append(p.Series, series)
		}
		if len(lines) > abreast {
			break // more lines would hide each other
		}
	}
	return p
}

var amountNames = map[string]string{"deliveries": "deliveries", "http.requests": "requests", "users": "users that came", "server.connections": "the server's connections",
	"server.memory": "the server's", "generator.memory": "the lab's", "server": "the server's", "generator": "the lab's"}
