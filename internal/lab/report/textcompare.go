package report

import (
	"fmt"
)

// abreast is how many runs stand side by side in 80 columns.
const abreast = 3

func (c *Comparison) text(p *paper) {
	p.line("")
	p.line(fmt.Sprintf("lab %s: %s side by side", c.Stage, many(len(c.Runs), "run")))
	for i, name := range c.Runs {
		p.line("  " + letter(i) + "  " + name)
	}
	p.heading("what changed")
	if len(c.Settings) == 0 {
		p.line("  no setting that was recorded")
	}
	for _, s := range c.Settings {
		p.line("  " + s.Name)
		for i, v := range s.Values {
			if v == "" {
				v = "–"
			}
			p.hanging("    "+letter(i)+"  ", "       ", v)
		}
	}
	// The first run is always there, for the ratios.
	for from := 1; from < len(c.Runs); from += abreast - 1 {
		shown := []int{0}
		for i := from; i < min(from+abreast-1, len(c.Runs)); i++ {
			shown = append(shown, i)
		}
		c.rows(p, shown)
	}
}

// rows writes the figures of some of the runs.
func (c *Comparison) rows(p *paper, shown []int) {
	for from := 0; from < len(c.Rows); {
		to := from
		for to < len(c.Rows) && c.Rows[to].Search == c.Rows[from].Search && c.Rows[to].At == c.Rows[from].At {
			to++
		}
		title := c.Rows[from].Search
		if at := c.Rows[from].At; at != "" {
			title += ", " + at
		}
		p.heading(title)
		p.table(c.cells(c.Rows[from:to], shown))
		from = to
	}
}

// cells are rows as a table: a, b, b/a …
func (c *Comparison) cells(rows []Row, shown []int) [][]string {
	head := []string{""}
	for _, i := range shown {
		head = append(head, letter(i))
		if i > 0 {
			head = append(head, letter(i)+"/a")
		}
	}
	cells := [][]string{head}
	for _, row := range rows {
		line := []string{row.Figure}
		for _, i := range shown {
			line = append(line, figureCell(row, i))
			if i > 0 {
				line = append(line, ratioCell(row, i))
			}
		}
		cells = append(cells, line)
	}
	return cells
}

func figureCell(row Row, i int) string {
	if row.Values[i] == nil {
		return "–"
	}
	return value(row.Figure, *row.Values[i])
}

func ratioCell(row Row, i int) string {
	if row.Ratios[i] == nil {
		return ""
	}
	return ratio(*row.Ratios[i])
}

// letter names a run in a table: a, b … z, then aa.
func letter(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return letter(i/26-1) + letter(i%26)
}
