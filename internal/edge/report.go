package edge

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/wire"
)

const (
	// reporting is how often the audience is reported; the origin forgets it
	// after 15 s.
	reporting = 5 * time.Second
	greeting  = 3 * time.Second
	// atOnce is how many bytes of reports are in one request: the API takes 64 KiB.
	atOnce = 60 << 10
)

// Reporter tells the origin of the audience here.
type Reporter struct {
	store *Store
	token string
	keyed bool // users are counted under the origin's key
	heard bool // the last report was taken
}

// Greet makes a Reporter, by a token of scope edge. It asks the origin for the
// key under which it counts users, and puts it into the catalogue: so it is to be
// called before live is opened. Where the origin does not answer, users are not
// reported, only how many watch.
func (s *Store) Greet(ctx context.Context, token string) *Reporter {
	r := &Reporter{store: s, token: token, heard: true}
	ctx, cancel := context.WithTimeout(ctx, greeting)
	defer cancel()
	key, err := r.send(ctx, []live.AudienceReport{})
	if err == nil && len(key) > 0 {
		_, err = s.Put(ctx, live.AudienceKeyEntry, key, 0)
		r.keyed = err == nil
	}
	if err != nil {
		s.log.Warn("users are not reported to the origin until the next start, only watchers", "address", s.origin.base, "cause", err)
	}
	return r
}

// Report reports what reports gives until the store is closed.
func (r *Reporter) Report(reports func() ([]live.AudienceReport, func())) {
	r.store.background(func() {
		tick := time.NewTicker(reporting)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-r.store.run.Done():
				return
			}
			if all, taken := reports(); len(all) > 0 {
				err := r.all(all, taken)
				if err != nil && r.heard && r.store.run.Err() == nil {
					r.store.log.Warn("the origin has not taken what was reported of the audience; trying again", "address", r.store.origin.base, "cause", err)
				}
				r.heard = err == nil
			}
		}
	})
}

// all sends reports in as many requests as they need. What has been sent once may
// have been taken, and is not sent again: too few are better than some twice.
func (r *Reporter) all(reports []live.AudienceReport, taken func()) error {
	for from := 0; from < len(reports); {
		to, size := from, 0
		for ; to < len(reports); to++ {
			if !r.keyed {
				reports[to].Users = nil
			}
			if size += 2*len(reports[to].Users) + 300; size > atOnce && to > from {
				break
			}
		}
		_, err := r.send(r.store.run, reports[from:to])
		if from == 0 && sent(err) {
			taken()
		}
		if err != nil {
			return err
		}
		from = to
	}
	return nil
}

// notSent is an error before anything was sent.
type notSent struct{ error }

func sent(err error) bool {
	_, not := err.(notSent)
	return !not
}

// send reports; it returns the key of users.
func (r *Reporter) send(ctx context.Context, reports []live.AudienceReport) (key []byte, err error) {
	o := r.store.origin
	ctx, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	body, err := json.Marshal(wire.EdgeReport[live.AudienceReport]{Matches: reports})
	if err != nil {
		return nil, notSent{err}
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, o.base+"/1/edges/"+url.PathEscape(o.id), bytes.NewReader(body))
	if err != nil {
		return nil, notSent{err}
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Authorization", "Bearer "+r.token)
	response, err := o.do(q)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, refusal(response)
	}
	var answer wire.EdgeAnswer
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil {
		return nil, fmt.Errorf("expected an answer as of POST /1/edges/{name}: %w", err)
	}
	return answer.Key, nil
}
