package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"matchstream/internal/match"
)

// never is for events that refer to none of an x- kind.
func never(int64) match.Kind { return "goal" }

// extras are details of an x- kind: any value under any name, also that of a
// detail that other kinds have.
var extras = rapid.Custom(func(t *rapid.T) map[string]json.RawMessage {
	names := rapid.OneOf(words, rapid.SampledFrom([]string{"team", "player", "card", "by", "forced", "players", "minutes", "home_players", "home_lineup", "zz"}))
	values := rapid.SampledFrom([]string{`{"7":"Luna"}`, `"elp"`, `7`, `1e3`, `1.0`, `true`, `[{"number":7,"name":"Luna"}]`, `"\u00e9\/"`, `"<&>"`, `{}`, `[]`, `""`})
	all := map[string]json.RawMessage{}
	for range rapid.IntRange(1, 4).Draw(t, "how many") {
		name := names.Draw(t, "name")
		if !slices.Contains([]string{"id", "ref", "at", "kind", "force", "minute", "comment"}, name) {
			all[name] = json.RawMessage(values.Draw(t, "value"))
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
})

// storable draws an event as a journal could hold it.
var storable = rapid.Custom(func(t *rapid.T) match.Event {
	e := events.Draw(t, "event")
	ofExtra := isExtra(e.Kind)
	if e.Kind == match.Amend {
		e.Ref = rapid.SampledFrom([]int64{1, 2}).Draw(t, "what")
		ofExtra = e.Ref == 2
		e.Removed = slices.Sorted(slices.Values(rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"assist", "how", "comment"}), 0, 2, rapid.ID[string]).Draw(t, "removed")))
	}
	e.Extra = nil
	if ofExtra {
		e.Forced = false
		e.Details = match.Details{Minute: e.Minute, Comment: e.Comment, Removed: e.Removed, Extra: extras.Draw(t, "extra")}
		if e.Kind == match.Amend {
			e.Ref = 2
		}
		for _, key := range e.Removed {
			delete(e.Extra, key)
		}
	}
	for _, key := range e.Removed { // either replaced or taken away
		switch key {
		case "assist":
			e.Assist = nil
		case "how":
			e.How = ""
		case "comment":
			e.Comment = ""
		}
	}
	if len(e.Extra) == 0 {
		e.Extra = nil
	}
	if len(e.Removed) == 0 {
		e.Removed = nil
	}
	return e
})

// TestReadEvent: what EventJSON says of an event is all of it, so that whoever
// reads it back writes the same bytes in every format.
func TestReadEvent(t *testing.T) {
	kindOf := func(id int64) match.Kind {
		if id == 2 {
			return "x-weather"
		}
		return match.Goal
	}
	rapid.Check(t, func(t *rapid.T) {
		e := storable.Draw(t, "event")
		object := EventJSON(e, epoch)
		got, at, err := ReadEvent(object, kindOf)
		if err != nil {
			t.Fatalf("%s: %v", object, err)
		}
		if at != (match.Position{ID: e.ID, Epoch: epoch}) {
			t.Fatalf("position %v of %s", at, object)
		}
		if !reflect.DeepEqual(got, e) {
			t.Fatalf("%s\nread     %+v\nexpected %+v", object, got, e)
		}
		for f := range Formats {
			if a, b := AppendEvent(f, nil, e, epoch), AppendEvent(f, nil, got, epoch); !bytes.Equal(a, b) {
				t.Fatalf("format %d:\n%s\nagain\n%s", f, a, b)
			}
		}
	})
	for _, c := range every() {
		if c.name == "odd: invalid UTF-8" {
			continue // no journal takes it
		}
		of := never
		if c.name == "amend of an x-" {
			of = func(int64) match.Kind { return "x-weather" }
		}
		object := EventJSON(c.event, epoch)
		got, _, err := ReadEvent(object, of)
		if again := EventJSON(got, epoch); err != nil || !bytes.Equal(object, again) {
			t.Errorf("%s: %v:\n%s\nagain\n%s", c.name, err, object, again)
		}
	}
}

func TestReadNoEvent(t *testing.T) {
	for _, text := range []string{``, `[]`, `{}`, `{"id":1}`, `{"id":1,"position":"2-k3f9a2","kind":"goal"}`, `{"id":0,"position":"0-k3f9a2","kind":"goal"}`,
		`{"id":1,"position":"1","kind":"goal"}`, `{"id":1,"position":"1-k3f9a2"}`, `{"id":1,"position":"1-k3f9a2","kind":"goal","data":[]}`,
		`{"id":1,"position":"1-k3f9a2","kind":"x-a","data":{"minute":1}}`} {
		if e, _, err := ReadEvent([]byte(text), never); err == nil {
			t.Errorf("%s is taken for %+v", text, e)
		}
	}
}

// FuzzReadEvent: no bytes make it panic, and what it takes it writes in a form
// that it reads as the same.
func FuzzReadEvent(f *testing.F) {
	for _, c := range every() {
		f.Add(EventJSON(c.event, epoch))
	}
	f.Add([]byte(`{"id":3,"position":"3-k3f9a2","timestamp":1,"kind":"amend","data":{"ref":2,"card":null,"a":{"b":1}}}`))
	f.Fuzz(func(t *testing.T, object []byte) {
		for _, kind := range []match.Kind{match.Goal, "x-weather"} {
			kindOf := func(int64) match.Kind { return kind }
			e, at, err := ReadEvent(object, kindOf)
			if err != nil {
				continue
			}
			once := EventJSON(e, at.Epoch)
			again, _, err := ReadEvent(once, kindOf)
			if twice := EventJSON(again, at.Epoch); err != nil || !bytes.Equal(once, twice) {
				t.Fatalf("%v: %s became %s", err, once, twice)
			}
		}
	})
}
