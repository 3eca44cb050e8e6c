package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"matchstream/internal/transfer"
)

type copyCommand struct {
	From string `arg:"" help:"Store to copy: the data folder of a server that is not running, a backup, nats://host:4222, or the admin address of a node of a cluster (http://127.0.0.1:8889). It is not changed."`
	To   string `arg:"" help:"Where to: a new or empty folder, an empty store at nats://host:4222, a new cluster by a node's admin address; or one to which a copy was begun."`

	TokenFile string `placeholder:"FILE" help:"File with a token of scope admin, where an admin address asks for one; else it is taken from $MATCHSTREAM_TOKEN."`
}

// Help stands above the flags.
func (copyCommand) Help() string {
	return "Everything is copied as it is: matches with their ids, times, epochs and idempotency receipts, teams, tokens. " +
		"So it is a backup, and the way back from one. The checksums of all records are verified on the way: what is damaged is named, " +
		"copied as far as it is good, and stays marked as damaged; all else is copied, and the exit code is 1. " +
		"A copy that was interrupted is simply started again: it adds what is missing. " +
		"A server that stands alone becomes a cluster by being copied into a new one, before anybody else uses that; the tokens of the new one hold, those of the old one beside them, under another name where theirs is taken (operator-2), and its nodes are then started anew, one after the other."
}

// Examples end the help.
func (copyCommand) Examples() string {
	return `matchstream admin copy ./matchstream-data /backup/matchstream
matchstream admin copy /backup/matchstream ./restored
matchstream serve --data ./restored
matchstream admin copy ./matchstream-data http://127.0.0.1:8889`
}

// Run copies a store.
func (c *copyCommand) Run(ctx context.Context, w *world) error {
	began := time.Now()
	progress, finish := copyProgress(w.stdout)
	// What the stores warn of may be a loss that nothing else tells of, like a
	// block's end that was cut off.
	token, err := (askedNode{TokenFile: c.TokenFile}).token()
	if err != nil {
		return err
	}
	report, err := transfer.Stores(ctx, c.From, c.To, token, slog.New(slog.NewTextHandler(w.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), transfer.Options{Progress: progress})
	finish()
	if err != nil && ctx.Err() != nil {
		return errors.New("stopped before the end; the same line goes on where it was")
	}
	if err != nil {
		return err
	}
	for _, d := range report.Damaged {
		fmt.Fprintf(w.stderr, "damaged: %s\n", d)
	}
	for _, r := range report.Renamed {
		w.printf("the token %s of %s holds there as %s, since there is another %s: its text is what it was\n", r.From, c.From, r.To, r.From)
	}
	words := "copied"
	if report.Added == 0 {
		words = "nothing was missing:"
	}
	w.printf("%s %d matches, %d records, %s in %v to %s\n", words, report.Matches, report.Records,
		size(report.Bytes), time.Since(began).Round(time.Millisecond), c.To)
	if len(report.Damaged) > 0 {
		return fmt.Errorf("what is named above is damaged in %s; all else is copied", c.From)
	}
	return nil
}

// copyProgress is a bar on a terminal, and elsewhere nothing. finish must be
// called before anything else is printed.
func copyProgress(to io.Writer) (progress func(done, of int64), finish func()) {
	if !isTerminal(to) {
		return nil, func() {}
	}
	all := mpb.New(mpb.WithOutput(to), mpb.WithWidth(40))
	bar := all.AddBar(0, mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.CountersNoUnit("records %d/%d", decor.WCSyncSpace)))
	return func(done, of int64) {
			bar.SetTotal(of, false)
			bar.SetCurrent(done)
		}, func() {
			bar.Abort(true)
			all.Wait()
		}
}

// size in words: 1.2 MB.
func size(bytes int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	n, unit := float64(bytes), 0
	for n >= 1000 && unit < len(units)-1 {
		n, unit = n/1000, unit+1
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", bytes)
	}
	return fmt.Sprintf("%.1f %s", n, units[unit])
}
