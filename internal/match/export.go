package match

import (
	"maps"
	"math"
	"slices"
)

// NewTimeline exports events of a match as a timeline: every one as it was
// sent, cancelled ones included, so that refs still fit. Times count from
// kick-off, or from the first event of a match that has not begun, and are
// multiplied by the match's speed. The result is there if the match has
// ended.
func NewTimeline(v View, events []Event) Timeline {
	s := v.State
	t := Timeline{Home: v.Teams[Home], Visit: v.Teams[Visit], Date: v.Info.Date,
		Stadium: v.Info.Stadium, Competition: v.Info.Competition}
	if s.Period == Ended {
		r := s.Result()
		t.Result = &r
	}
	speed := s.Speed
	if !(speed > 0) {
		speed = 1
	}
	kickoff := s.kickoff()
	for _, e := range events {
		at := math.Round(float64(e.Timestamp-kickoff) * speed)
		t.Lines = append(t.Lines, Line{At: int64(min(max(at, -maxID), maxID)), Body: e.Body(), Request: e.request()})
	}
	return t
}

// kickoff is the time of the start that counts, else of the first event.
func (s *State) kickoff() int64 {
	for i := range s.Log {
		if x := &s.Log[i]; x.Event.Kind == Start && x.Cancelled == 0 {
			return x.Event.Timestamp
		}
	}
	if len(s.Log) > 0 {
		return s.Log[0].Event.Timestamp
	}
	return 0
}

func (e Event) request() Request { return Request{Kind: e.Kind, Force: e.Forced, Details: e.Details} }

// Body is the request that makes the event again: the JSON that ParseRequest
// reads, names and minute filled in.
func (e Event) Body() []byte {
	var o object
	if e.Minute != "" {
		o.put("minute", e.Minute)
	}
	o.put("kind", e.Kind)
	if e.Kind == Amend {
		o.put("ref", e.Ref)
	}
	for _, x := range details {
		if x.in(&e.Details) && !o.has(x.key) && x.key != "comment" {
			o.put(x.key, x.at(&e.Details))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(e.Extra)) {
		o.put(key, e.Extra[key])
	}
	if e.Comment != "" {
		o.put("comment", e.Comment)
	}
	for _, key := range e.Removed {
		o.put(key, nil)
	}
	if e.Forced {
		o.put("force", true)
	}
	return o.text()
}
