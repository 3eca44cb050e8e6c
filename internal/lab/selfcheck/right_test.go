package selfcheck

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
	"matchstream/internal/lab/operator"
	"matchstream/internal/node"
)

const token = "the-operator-of-these-tests"

// startNode starts a MatchStream until the test is over, and returns its address.
func startNode(t *testing.T) string {
	t.Helper()
	n, err := node.Start(context.Background(), node.Config{
		Data: t.TempDir(), Store: "embedded", HTTP: "127.0.0.1:0", TCP: "127.0.0.1:0", Admin: "127.0.0.1:0",
		OperatorToken: token, HandshakeTimeout: time.Minute, SendTimeout: 32 * time.Second,
		Heartbeat: 300 * time.Millisecond, Lag: 1000, Users: 1000, Drain: 10 * time.Millisecond, Version: "test",
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Shutdown(context.Background()); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	return "http://" + n.HTTPAddr()
}

// A right server is never blamed, ours or another, whatever users do: those who lose their
// connection and resume, read slowly, leave, or come back cause no error; and everybody
// who is there from the beginning to the end has every event.
func TestRight(t *testing.T) {
	for name, url := range map[string]string{"matchstream": startNode(t), "other": serve(t, faulty.Fault{}).URL()} {
		for seed := range uint64(3) {
			if name == "other" && seed > 0 {
				continue
			}
			t.Run(fmt.Sprint(name, seed), func(t *testing.T) {
				t.Parallel()
				o, err := operator.OnMatchStream(t.Context(), url, token, operator.Timing{Size: 300})
				if err != nil {
					t.Fatal(err)
				}
				p := lab.Plan{Seed: seed, Users: 60, AtOnce: 30, Server: url, Match: o.Match(), API: seed == 1, Via: evenly(),
					Arrive: []lab.Arrival{lab.Steady, lab.KickOff, lab.Waves}[seed], Over: 200 * time.Millisecond,
					Tunnel: 0.3, Slow: 0.1, Leave: 0.1, Return: 0.2, Every: 50 * time.Millisecond, Stalled: 3, Patience: 20 * time.Second}
				c := come(t, p)
				played := o.Play(t.Context(), 1, 30, 20*time.Millisecond)
				<-c.Settled()
				last := o.Play(t.Context(), 31, 1, 0)
				if played.Err != nil || last.Err != nil || o.End(t.Context()) != nil {
					t.Fatal(played.Err, last.Err)
				}
				tally := finish(t, c, 0)
				blameless(t, name, tally)
				if tally.Been != 60 || tally.Resumes == 0 || tally.Ended == 0 {
					t.Errorf("%d were there, %d came back to where they were, %d saw the end", tally.Been, tally.Resumes, tally.Ended)
				}
				if err := o.Close(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
