package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/mattn/go-runewidth"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"matchstream/internal/replay"
)

// mostBars is how many games have a bar each: as many as any terminal has rows.
const mostBars = 20

// progress shows a replay: a bar for each of a few games on a terminal,
// elsewhere a line for each event. finish must be called before anything else
// is printed.
func (c *replayCommand) progress(w *world, games int) (watch func(*replay.Game, replay.Step), finish func()) {
	many := len(c.Server) > 1
	if !isTerminal(w.stdout) || games > mostBars {
		return func(g *replay.Game, s replay.Step) {
			w.printf("%s  %d/%d  %s\n", gameName(g, many), s.Line, g.Lines, s.Text)
		}, func() {}
	}
	bars := newBars(w.stdout, many)
	return bars.watch, bars.finish
}

// gameName is the match's id, and its server where there are several.
func gameName(g *replay.Game, many bool) string {
	if !many {
		return g.Match
	}
	return g.Match + " " + strings.TrimPrefix(strings.TrimPrefix(g.Server, "http://"), "https://")
}

// bars are the games' progress bars. watch is called one call at a time.
type bars struct {
	many bool
	all  *mpb.Progress
	bars map[*replay.Game]*bar
}

type bar struct {
	*mpb.Bar
	text chan string // the latest; one place
}

func newBars(to io.Writer, many bool) *bars {
	return &bars{many: many, all: mpb.New(mpb.WithOutput(to), mpb.WithWidth(20)), bars: map[*replay.Game]*bar{}}
}

func (b *bars) watch(g *replay.Game, s replay.Step) {
	one := b.bars[g]
	if one == nil {
		one = b.add(g)
	}
	select {
	case <-one.text:
	default:
	}
	one.text <- s.Text
	if s.Kind != replay.Note {
		one.SetCurrent(int64(s.Line))
	}
}

func (b *bars) add(g *replay.Game) *bar {
	text := make(chan string, 1)
	shown := ""
	one := &bar{text: text, Bar: b.all.AddBar(int64(g.Lines),
		mpb.PrependDecorators(decor.Name(gameName(g, b.many), decor.WCSyncSpaceR), decor.CountersNoUnit("%d/%d", decor.WCSyncSpace)),
		mpb.AppendDecorators(decor.Any(func(row decor.Statistics) string {
			select {
			case shown = <-text:
			default:
			}
			return besideBar(shown, row.AvailableWidth)
		})),
	)}
	b.bars[g] = one
	return one
}

// besideBar is a text cut so that a bar stays, which else gives way to it; in
// a narrow terminal the text is worth more.
func besideBar(text string, columns int) string {
	const shortest = 12 // with its brackets and what is around it
	room := columns - 1
	if columns >= 3*shortest {
		room -= shortest
	}
	return " " + runewidth.Truncate(text, max(room, 0), "…")
}

// finish leaves the bars as they stand.
func (b *bars) finish() {
	for _, one := range b.bars {
		if !one.Completed() {
			one.Abort(false)
		}
	}
	b.all.Wait()
}

// printOutcomes is the table at the end: each result beside the record.
func printOutcomes(to io.Writer, outcomes []replay.Outcome, many bool) {
	w := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintf(w, "\nMATCH\tRESULT\tRECORD\t\n")
	for _, o := range outcomes {
		verdict := "ok"
		switch {
		case isDiffering(o):
			verdict = "differs"
		case o.Err != nil:
			verdict = "not finished"
		case o.Record == nil:
			verdict = "no record"
		}
		fmt.Fprintf(w, "%s\t%v\t%s\t%s\n", gameName(o.Game, many), o.Score, replay.RecordText(o.Record), verdict)
	}
	w.Flush()
}

// printFailures tells the first of many: they mostly have one cause.
func printFailures(to io.Writer, all []string) {
	const most = 20
	for i, text := range all {
		if i == most {
			fmt.Fprintf(to, "matchstream: and %d more\n", len(all)-most)
			return
		}
		fmt.Fprintf(to, "matchstream: %s\n", text)
	}
}

func isDiffering(o replay.Outcome) bool { return errors.Is(o.Err, replay.ErrDiffers) }
