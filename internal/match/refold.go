package match

import (
	"encoding/json"
	"maps"
	"slices"
)

// refold folds the whole log again after change was made to one entry. Each
// event keeps its own mark of being forced.
func (s *State) refold(ref int64, change func(*Entry)) *Error {
	log := slices.Clone(s.Log)
	change(&log[ref-1])
	again := New(s.Teams[Home], s.Teams[Visit], s.Speed)
	for i := range log {
		if !log[i].counts() {
			continue
		}
		e := log[i].Effective.Event()
		if err := again.play(&e); err != nil {
			id, kind := log[i].Event.ID, log[i].Event.Kind
			if id == ref {
				return err
			}
			return refused("ref", "event %d (%s) would not hold any more: %v", id, kind, err)
		}
	}
	again.LastID, again.LastTimestamp = s.LastID, s.LastTimestamp
	again.Log, again.room = log, nil
	*s = again
	return nil
}

// before is the match as it stood before event ref, as its log counts now.
func (s *State) before(ref int64) State {
	then := New(s.Teams[Home], s.Teams[Visit], s.Speed)
	for i := range s.Log[:ref-1] {
		x := &s.Log[i]
		if !x.counts() {
			continue
		}
		if e := x.Effective.Event(); then.play(&e) != nil {
			break // cannot be: it was played before
		}
	}
	return then
}

// counts says whether an entry is an event that does something by itself.
func (x *Entry) counts() bool {
	return x.Cancelled == 0 && x.Event.Kind != Cancel && x.Event.Kind != Amend
}

// Amended is an event with the details of an amend in place of its own.
func Amended(old, by *Event) Event {
	e := *old
	for _, x := range details {
		if x.key != "ref" && x.in(&by.Details) || slices.Contains(by.Removed, x.key) {
			x.copy(&e.Details, &by.Details)
		}
	}
	if e.Kind.extra() {
		extra := make(map[string]json.RawMessage, len(e.Extra)+len(by.Extra))
		maps.Copy(extra, e.Extra)
		maps.Copy(extra, by.Extra)
		for _, key := range by.Removed {
			delete(extra, key)
		}
		e.Extra = extra
	}
	e.Forced = e.Forced || by.Forced
	return e
}
