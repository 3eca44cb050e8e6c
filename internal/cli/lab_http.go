package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/lab"
	"matchstream/internal/lab/requests"
)

type labHTTPCommand struct {
	Server  string         `default:"http://localhost:8888" help:"Server to ask; https:// too (an authority of your own: SSL_CERT_FILE=ca.pem in the environment)."`
	Match   string         `placeholder:"ID" help:"Match whose history is asked for; else the first of the list."`
	N       int            `name:"users" short:"n" default:"2048" help:"Users (N): each makes all the requests, one behind the other, on a connection of his own."`
	C       int            `name:"at-once" short:"c" default:"128" help:"Connections at once (C), at most: who is due while all are busy waits, and that counts."`
	Over    *time.Duration `placeholder:"10s" xor:"pace" help:"Time over which the users are due, evenly (10s, if nothing is said); 0s: all at once."`
	Rate    float64        `placeholder:"USERS" xor:"pace" help:"Users a second instead of --over."`
	Request []string       `sep:"none" placeholder:"NAME=PATH" help:"What each user asks for, in place of the article's three; again for more. NAME=/path, NAME=GET /path, NAME=POST /path BODY; {match} in it is the match's id. Just checkin, matches or history: one of the three."`
	Expect  string         `default:"errors=0" help:"What must hold, and decides the exit code: 'errors=0,http.p99<50ms,http.checkin.max<1s'; of one kind of request alone: http.history.errors=0."`
	Timeout time.Duration  `default:"10s" help:"Patience with each answer, and the connection that it needs."`
	JSON    bool           `help:"The result as JSON."`
	Out     string         `placeholder:"DIR" help:"Folder to record the raw results in, which must not be there yet; lab report reads it."`
}

// Help stands above the flags.
func (labHTTPCommand) Help() string {
	return "Has users ask a server, as an app does when it is opened: where to connect (checkin), which matches there are, and what has happened in one (history). " +
		"They are due at their times whatever becomes of those before them, and an answer's time counts from when its request was due: " +
		"a server that stalls is not spared. A connection that the server has closed between two requests, as it may, " +
		"is made anew, and the request with it, once, unless it is one that must not be repeated (POST): that is counted, and no error. What goes wrong is told by its kind, and what is the lab's own fault apart from it. " +
		"Ctrl-C ends it and keeps what there is. Exit code 0: all that was expected holds; 1: it does not, or the lab itself failed; 2: wrong usage."
}

// Examples end the help.
func (labHTTPCommand) Examples() string {
	return `matchstream lab http
matchstream lab http -n 20000 -c 512 --rate 1000 --expect 'errors=0,http.p99<100ms'
matchstream lab http --match arg-fra-2022-12-18 --request checkin --request audience=/1/match/{match}/audience
matchstream lab http --server https://example.org --request start=/ --over 1m --json
matchstream lab http --out first`
}

// Run makes the load and says what came of it.
func (c *labHTTPCommand) Run(ctx context.Context, w *world) error {
	expected, load, err := c.understand()
	if err != nil {
		return usageError{err}
	}
	var match string
	if load.Requests, match, err = c.requests(ctx); err != nil {
		return err
	}
	keep, err := c.record(w, load, expected)
	if err != nil {
		return err
	}
	line := newStatusLine(w.stderr)
	answers, err := requests.Run(ctx, load, func(a *lab.Answers) {
		line.show(httpProgress(load, a))
		keep.second(a)
	})
	line.clear()
	if err != nil {
		return errors.Join(err, keep.end(httpResult{Verdict: err.Error()}))
	}
	result := judgeHTTP(load, answers, expected)
	result.Server, result.Match, result.Interrupted = c.Server, match, ctx.Err() != nil
	err = w.tell(c.JSON, result, result.text)
	if err = errors.Join(err, keep.end(result)); err != nil {
		return err
	}
	if len(result.Failed)+len(answers.Own) > 0 || !result.Learnt || result.Interrupted {
		return errSilent
	}
	return nil
}

// understand looks at the flags.
func (c *labHTTPCommand) understand() ([]lab.Expected, lab.Load, error) {
	load := lab.Load{Users: c.N, AtOnce: c.C, Over: 10 * time.Second, Patience: c.Timeout}
	if c.Over != nil {
		load.Over = *c.Over
	}
	expected, err := lab.ParseExpected(c.Expect)
	switch {
	case err != nil:
		return nil, load, fmt.Errorf("--expect %w", err)
	case c.N < 1 || c.C < 1:
		return nil, load, fmt.Errorf("-n %d -c %d: expected at least one user, and one connection at once", c.N, c.C)
	case load.Over < 0 || c.Timeout <= 0:
		return nil, load, fmt.Errorf("--over %v --timeout %v: expected no negative time, and some patience", load.Over, c.Timeout)
	case c.Rate < 0 || math.IsNaN(c.Rate) || math.IsInf(c.Rate, 0):
		return nil, load, fmt.Errorf("--rate %v: expected users a second, like 500", c.Rate)
	case c.Rate > 0:
		load.Over = time.Duration(float64(c.N) / c.Rate * float64(time.Second))
	}
	if c.Server, err = client.BaseURL(c.Server); err != nil {
		return nil, load, err
	}
	_, err = parseRequests(c.Server, "", c.Request)
	return expected, load, err
}

// httpProgress is the line that is shown while it runs.
func httpProgress(load lab.Load, a *lab.Answers) string {
	all := int64(load.Users * len(load.Requests))
	left := max(load.Over-a.Wall, 0)
	if a.Sent > 0 { // it may take longer than they are due
		left = max(left, time.Duration(float64(a.Wall)/float64(a.Sent)*float64(all-a.Sent)))
	}
	text := fmt.Sprintf("%d of %d requests, about %v left, p99 %s", a.Sent, all, left.Round(time.Second), lab.Show("http.p99", a.Latency.Quantile(0.99).Seconds()))
	if n := a.Failed(); n > 0 {
		text += fmt.Sprintf(", %d errors", n)
	}
	if n := sumOf(a.Own); n > 0 {
		text += fmt.Sprintf(", %d of the lab's own", n)
	}
	return text
}
