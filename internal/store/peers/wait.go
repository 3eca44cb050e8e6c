package peers

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"matchstream/internal/store"
)

// reminder says what one waits for: not at once, then when that changes, and now
// and then.
type reminder struct {
	log  *slog.Logger
	text string
	at   time.Time
}

const (
	settling = 2 * time.Second // until something is said of what may have changed already
	remind   = 15 * time.Second
)

func (r *reminder) say(waits string) {
	since := time.Since(r.at)
	if r.at.IsZero() {
		r.at = time.Now()
		return
	}
	if since < settling || waits == r.text && since < remind {
		return
	}
	r.text, r.at = waits, time.Now()
	r.log.Info("store: the cluster is not there yet", "cause", waits)
}

// waitForLeader until a majority of the nodes has one, and this one has heard of it.
func (r *running) waitForLeader(ctx context.Context, p plan) error {
	told := reminder{log: p.log}
	for {
		if p.health.failed.Err() != nil {
			return context.Cause(p.health.failed)
		}
		info, err := r.server.Jsz(nil)
		if err != nil {
			return err
		}
		led := info.Meta != nil && info.Meta.Leader != "" && r.server.JetStreamIsCurrent()
		all, err := r.hellos(ctx)
		if err != nil {
			return err
		}
		if led {
			if begins, err := p.begins(all); begins || err != nil {
				return err
			}
		}
		waits := missing(p, all)
		told.say(waits)
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w while it %s", context.Cause(ctx), waits)
		case <-time.After(again):
		}
	}
}

// begins says whether a node takes part, now that it knows a leader: one that is new
// once that has taken it in, one that took part before unless it has heard that it was
// left out. store.ErrRemoved: it was removed while it was away.
func (p plan) begins(all []hello) (bool, error) {
	switch {
	case takenIn(p.node, all):
		return true, nil
	case p.stage == stageFirst:
		return false, nil
	case !slices.ContainsFunc(all, func(h hello) bool { return h.Leads }):
		return true, nil // the leader did not answer in time: it is busy
	}
	if err := outFor(p.node, all); err != nil {
		return false, fmt.Errorf("%w while it was away; to have it join anew, empty its folder first: %w", store.ErrRemoved, err)
	}
	return false, nil
}

// takenIn says whether the leader has a node among those that belong to the cluster.
// One that is new is told so by nothing else.
func takenIn(node string, all []hello) bool {
	return slices.ContainsFunc(all, func(h hello) bool { return h.Leads && slices.Contains(h.Members, peerID(node)) })
}

// missing says who is there, and so whom one waits for.
func missing(p plan, all []hello) string {
	var there []string
	led := false
	for _, h := range all {
		led = led || h.Leads
		if h.Stage != stageScout && !slices.Contains(there, h.Node) {
			there = append(there, h.Node)
		}
	}
	slices.Sort(there)
	if led && !takenIn(p.node, all) {
		return fmt.Sprintf("waits to be taken in by the leader, who keeps a name out for %v after its removal; a new name (--node, and an empty folder) need not wait; there are: %s",
			keptOut, strings.Join(there, ", "))
	}
	return fmt.Sprintf("waits for a majority of %s to agree on a leader; there are: %s", strings.Join(p.members.all, ", "), strings.Join(there, ", "))
}
