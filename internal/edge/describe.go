package edge

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/live"
	"matchstream/internal/match"
)

// describe asks the origin for the match itself: where it stands now, and what
// the list does not say of it.
func (j *journal) describe() error {
	s := j.store
	s.mu.Lock()
	j.describing = true
	j.revision = s.mu.told[j.key.Match].Info.Revision
	s.mu.Unlock()
	var m struct {
		Position, Stadium, Competition, Kickoff string
		Speed                                   float64
		Status                                  match.Status
	}
	a, err := s.origin.read(j.ctx, "/1/match/"+url.PathEscape(j.key.Match), &m)
	if client.Is(err, http.StatusNotFound) {
		return fmt.Errorf("%w: %w", errStranger, err)
	}
	if err != nil {
		return err
	}
	at, err := match.ParsePosition(m.Position)
	if err != nil || at.Epoch != j.key.Epoch {
		return fmt.Errorf("%w: it is at %.40q", errStranger, m.Position)
	}
	changes := changesOf(a.header.Get("ETag"))
	s.amend(j, func(t live.Told) live.Told {
		t.Info.Stadium, t.Info.Competition, t.Info.Kickoff, t.Info.Speed = m.Stadium, m.Competition, m.Kickoff, m.Speed
		if m.Status == match.Postponed || m.Status == match.Scheduled {
			t.Info.Postponed = m.Status == match.Postponed
		}
		t.Event, t.Revision = at.ID, t.Info.Revision-changes
		return t
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	j.target, j.asked = max(j.target, at.ID), true
	j.describing = s.mu.told[j.key.Match].Info.Revision != j.revision
	if j.describing { // it was changed meanwhile
		s.done.Go(j.describeAgain)
	}
	j.reached()
	return nil
}

// describeAgain asks until the description is that of the present revision.
func (j *journal) describeAgain() {
	wait := client.NewBackoff()
	for j.ctx.Err() == nil {
		err := j.describe()
		if err == nil {
			return
		}
		if (client.RealClock{}).Until(j.ctx, time.Now().Add(wait.Next(askedFor(err)))) != nil {
			return
		}
	}
}

// changesOf are the changes without an event that an ETag tells of: 2 of
// "17-k3f9a2.2", also where it is weak or of a packed answer.
func changesOf(etag string) int {
	tag := strings.TrimSuffix(strings.Trim(strings.TrimPrefix(etag, "W/"), `"`), "-gzip")
	_, changes, _ := strings.Cut(tag, ".")
	n, _ := strconv.Atoi(changes)
	return max(n, 0)
}
