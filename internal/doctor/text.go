package doctor

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// columns that a text has at most, but for lines to paste, which are not broken.
const columns = 80

// Text writes the report for people, worst first; what is fine in a line each, or with all
// in full.
func (r Report) Text(w io.Writer, all bool) error {
	var b strings.Builder
	tls := ""
	if r.TLS {
		tls = " by TLS"
	}
	paragraph(&b, "", fmt.Sprintf("%s%s on this host, by %s:", watchers(r.Watchers), tls, r.Of))
	paragraph(&b, "", r.summary())
	for _, a := range r.Assumed {
		paragraph(&b, "", "(Taken for granted: "+a+".)")
	}
	for _, f := range r.Findings {
		switch {
		case f.Severity == OK && !all, f.Severity == CannotTell && !all:
		default:
			f.text(&b)
		}
	}
	if len(r.Settings()) > 0 && !r.container {
		b.WriteString("\n")
		paragraph(&b, "", "(What sysctl -w sets is lost at a reboot: --write makes files that last.)")
	}
	if !all {
		r.short(&b, CannotTell, "It cannot be told here:")
		r.short(&b, OK, "Fine:")
		b.WriteString("\n(--all shows these in full, with what has changed since \"Scaling Erlang\", 2011.)\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// summary says how many of each there are.
func (r Report) summary() string {
	var parts []string
	for _, s := range []struct {
		of        Severity
		one, many string
	}{
		{Failure, "failure", "failures"}, {Warning, "warning", "warnings"}, {Note, "note", "notes"},
		{CannotTell, "cannot be told", "cannot be told"}, {OK, "fine", "fine"},
	} {
		switch n := r.Count(s.of); n {
		case 0:
		case 1:
			parts = append(parts, "1 "+s.one)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", n, s.many))
		}
	}
	return strings.Join(parts, ", ")
}

// text of one finding.
func (f Finding) text(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s  %s\n", strings.ToUpper(string(f.Severity)), f.Code)
	paragraph(b, "  measured  ", f.Measured)
	if f.Needed != "" {
		paragraph(b, "  needed    ", f.Needed)
	}
	paragraph(b, "  why       ", f.Why)
	for i, e := range f.Evidence {
		label := "            "
		if i == 0 {
			label = "  read      "
		}
		paragraph(b, label, e)
	}
	if f.Since != "" {
		paragraph(b, "  2011      ", f.Since)
	}
	for i, line := range f.Remedy {
		label := "            "
		if i == 0 {
			label = "  do        "
		}
		b.WriteString(label + line + "\n")
	}
}

// short is a list of findings, a line each where that fits.
func (r Report) short(b *strings.Builder, s Severity, title string) {
	if r.Count(s) == 0 {
		return
	}
	b.WriteString("\n" + title + "\n")
	for _, f := range r.Findings {
		if f.Severity == s {
			paragraph(b, fmt.Sprintf("  %-24s", f.Code), f.Measured)
		}
	}
}

// paragraph breaks a text into lines, the first behind a label, the others below its text.
func paragraph(b *strings.Builder, label, text string) {
	indent := utf8.RuneCountInString(label)
	b.WriteString(label)
	at := indent
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+n > columns:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	b.WriteByte('\n')
}
