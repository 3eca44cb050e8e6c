package cli

import (
	"context"
	"fmt"

	"matchstream/internal/lab/operator"
)

// operate makes who has events happen, where the lab is to do that: the match is its own.
func (s *simulation) operate(ctx context.Context) (err error) {
	c := s.command
	timing := operator.Timing{Size: c.Size}
	switch {
	case c.Events == 0:
		return nil
	case s.plan.Service == nil:
		token, err := c.token()
		if err != nil {
			return err
		}
		if s.operator, err = operator.OnMatchStream(ctx, s.plan.Server, token, timing); err != nil {
			return err
		}
		s.plan.Match = s.operator.Match()
		return nil
	}
	f, err := c.read()
	if err != nil {
		return usageError{err}
	}
	if f.Publish == nil {
		return usagef("--events: expected publish in the file of --service, which says how events are published")
	}
	to := operator.Publish{Match: f.Match, URL: f.Publish.URL, Method: f.Publish.Method, Headers: f.Publish.Headers, Body: f.Publish.Body}
	if s.operator, err = operator.NewPublisher(to, timing); err != nil {
		return usageError{err}
	}
	return nil
}

// token is the operator's.
func (c *labSimulateCommand) token() (string, error) {
	text, err := labToken(c.TokenFile)
	if err == nil && text == "" {
		err = usagef("--events: expected an operator's token in $%s or in the file given by --token-file", tokenVariable)
	}
	return text, err
}

// play has all events happen, and the match end.
func (s *simulation) play(ctx context.Context) {
	s.played = s.operator.Play(ctx, 1, s.command.Events, s.command.Every)
	if s.played.Err != nil || ctx.Err() != nil {
		return
	}
	if err := s.operator.End(ctx); err != nil {
		s.played.Err = err
	}
}

// clear takes away what was made for the test.
func (s *simulation) clear(ctx context.Context) error {
	if s.operator == nil {
		return nil
	}
	if err := s.operator.Close(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("what was made for the test is still there: %w", err)
	}
	return nil
}
