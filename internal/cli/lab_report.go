package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"matchstream/internal/lab/record"
	"matchstream/internal/lab/report"
)

type labReportCommand struct {
	Dirs     []string `arg:"" name:"dir" help:"Folders of records, as --out makes them; a folder with records in it stands for all of these."`
	Format   string   `enum:"auto,text,json,html" default:"auto" help:"text, json, html; auto: by the end of the name --output, else text."`
	Output   string   `short:"o" placeholder:"FILE" help:"File to write to; else the standard output."`
	Plots    string   `placeholder:"DIR" help:"Write each plot into this folder, too, as an SVG of its own."`
	Settings bool     `help:"Tell all the settings that a run ran under."`
	Article  bool     `help:"Show the figures of Scaling Erlang (2011) beside ours."`
}

// Help stands above the flags.
func (labReportCommand) Help() string {
	return "Tells what was recorded: what was asked for, what was found and what stopped it, each step, errors with examples, " +
		"how latencies were spread, and whether the lab itself may be believed. html is one file that needs nothing else, with plots. " +
		"Runs of the same kind from several folders stand side by side, with the ratio of their figures and the settings in which they differ. " +
		"Those of one folder, as lab all makes it, follow one another, with what the doctor and top have shown. " +
		"A run that was cut off, or is still going on, is told as far as it has come."
}

// Examples end the help.
func (labReportCommand) Examples() string {
	return `matchstream lab report first
matchstream lab report first second
matchstream lab report first --output first.html
matchstream lab report all --article --output all.html --plots docs/plots`
}

// Run tells what is in the records.
func (c *labReportCommand) Run(w *world) error {
	var folders []*record.Folder
	for _, dir := range c.Dirs {
		f, err := record.ReadFolder(dir)
		if err != nil {
			return err
		}
		folders = append(folders, f)
	}
	r := report.Of(folders, report.Options{Settings: c.Settings, Article: c.Article})
	return errors.Join(c.tell(w, r), c.plots(w, r))
}

// tell writes the report.
func (c *labReportCommand) tell(w *world, r *report.Report) error {
	var b bytes.Buffer
	if err := c.writer(r)(&b); err != nil {
		return fmt.Errorf("making the report: %w", err)
	}
	if c.Output != "" {
		return writeWhole(c.Output, b.Bytes())
	}
	w.printf("%s", b.Bytes())
	return nil
}

func (c *labReportCommand) writer(r *report.Report) func(io.Writer) error {
	format := c.Format
	if format == "auto" {
		format = strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Output)), ".")
	}
	switch format {
	case "json":
		return r.WriteJSON
	case "html", "htm":
		return r.WriteHTML
	}
	return r.WriteText
}

// plots writes each into a file, and says which, unless the report takes the standard
// output.
func (c *labReportCommand) plots(w *world, r *report.Report) error {
	if c.Plots == "" {
		return nil
	}
	if err := os.MkdirAll(c.Plots, 0o777); err != nil {
		return fmt.Errorf("making the plots' folder: %w", err)
	}
	for _, p := range r.Plots() {
		path := filepath.Join(c.Plots, p.Name+".svg")
		if err := writeWhole(path, []byte(p.File())); err != nil {
			return err
		}
		if c.Output != "" {
			w.printf("%s: %s\n", path, p.Title)
		}
	}
	return nil
}
