package replay

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"matchstream/internal/client"
)

// playAll plays the games in order, atOnce at a time. Where a server could not
// be reached for as long as one game was willing to try, those that have not
// begun there do not try as long again, each.
func playAll(ctx context.Context, players []*player, atOnce int, by *http.Client) []Outcome {
	outcomes := make([]Outcome, len(players))
	next := make(chan int)
	var lost sync.Map // of server to the error
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for i := range next {
				p := players[i]
				if err, gone := lost.Load(p.Server); gone {
					outcomes[i] = Outcome{Game: p.Game, Err: fmt.Errorf("not begun, since the server does not answer: %w", err.(error))}
					continue
				}
				p.api.HTTP = by
				outcomes[i] = p.play(ctx)
				if err := outcomes[i].Err; client.Unreachable(err) || client.Mismatch(err) {
					lost.Store(p.Server, err)
				}
			}
		})
	}
	for i := range players {
		next <- i
	}
	close(next)
	all.Wait()
	return outcomes
}
