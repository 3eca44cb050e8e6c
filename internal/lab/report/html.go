package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"matchstream/internal/lab/report/plot"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"duration": duration, "measured": measured, "count": count, "short": short, "letter": letter, "figureCell": figureCell, "ratioCell": ratioCell,
	"searchTitle": searchTitle, "foundText": foundText, "limitText": limitText, "exampleText": exampleText, "many": many,
	"float": func(n int) float64 { return float64(n) }, "long": func(n int64) float64 { return float64(n) },
	"join": func(all []string) string { return strings.Join(all, ", ") }, "lines": func(all []string) string { return strings.Join(all, "\n") }, "words": func(all []string) string { return strings.Join(all, " ") },
	"when": func(text string) string {
		t, _ := time.Parse(time.RFC3339, text) // as tell wrote it
		return t.Format("2 January 2006, 15:04 UTC")
	},
	"share": share, "percent": func(part, all int64) string { return fmt.Sprintf("%.2f", 100*float64(part)/float64(max(all, 1))) },
}).Parse(pageText))

// view is what the page shows.
type view struct {
	Title    string
	Style    template.CSS
	Sections []sectionView
	*Report
}

// sectionView is a stage of lab all, or what is of none.
type sectionView struct {
	Title   string
	Boxes   []Box
	Insides []Inside
	Groups  []groupView
}

// groupView are the runs of a stage.
type groupView struct {
	Stage    string
	Compared *Comparison
	Plots    []template.HTML
	Runs     []runView
}

// runView is a run with what is made for the page.
type runView struct {
	*Run
	Cards   []card
	Tables  []tableView
	Note    string // of their columns
	Looked  []lookedAt
	Worth   []setting
	Largest []int64 // of each of Looked: the count of its largest bucket
}

// tableView are the steps of a search.
type tableView struct {
	Title  string
	Head   []string
	Rows   []tableRow
	Failed []string
}

type tableRow struct {
	Cells []string
	Held  bool
}

// WriteHTML writes the report as one page that needs nothing else.
func (r *Report) WriteHTML(to io.Writer) error {
	v := view{Title: r.title(), Report: r, Style: template.CSS(":root{color-scheme:light dark;" + plot.Light + "}\n" +
		"@media (prefers-color-scheme:dark){:root{" + plot.Dark + "}}\n" + pageStyle + plot.Style)} // our own
	for _, s := range r.sections() {
		part, compared := sectionView{s.title, s.boxes, s.insides, nil}, 0
		for _, runs := range s.groups {
			g := groupView{Stage: runs[0].Stage}
			if len(runs) > 1 {
				g.Compared = s.compared[compared]
				compared++
			}
			for _, p := range r.plots(runs) {
				g.Plots = append(g.Plots, template.HTML(p.SVG())) // plot escapes all words
			}
			for _, run := range runs {
				g.Runs = append(g.Runs, run.view(r.options))
			}
			part.Groups = append(part.Groups, g)
		}
		v.Sections = append(v.Sections, part)
	}
	return page.Execute(to, v)
}

func (r *Report) title() string {
	if len(r.Runs) == 1 {
		return "lab " + r.Runs[0].Stage + " · " + r.Runs[0].Name
	}
	if r.Runs[len(r.Runs)-1].number > 0 {
		return "The scale lab, stage by stage"
	}
	return fmt.Sprintf("%d runs of the scale lab", len(r.Runs))
}

func (r *Run) view(o Options) runView {
	v := runView{Run: r, Cards: r.cards(), Looked: r.looked(), Note: r.columnsNote(), Worth: r.worth(true)}
	for _, s := range r.searches() {
		table := stepTable(s)
		t := tableView{Title: s.title(), Failed: s.failed()}
		table = used(table)
		t.Head = table[0]
		for i, row := range table[1:] {
			t.Rows = append(t.Rows, tableRow{row, s.steps[i].OK})
		}
		v.Tables = append(v.Tables, t)
	}
	for _, l := range v.Looked {
		largest := int64(1)
		for _, b := range l.Values.Buckets {
			largest = max(largest, b.Count)
		}
		v.Largest = append(v.Largest, largest)
	}
	return v
}
