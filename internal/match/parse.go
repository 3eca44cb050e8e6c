package match

import (
	"encoding/json"
	"slices"
)

// ParseRequest reads the body of an operator's POST: a timeline's line
// without at. It is strict: unknown keys, keys twice, values of another type
// or out of range, details that are missing or that the kind does not take
// are a *Error (Malformed) that names the detail; what is no JSON object is
// one of Reason NotJSON. Whether the event can happen is Check's question,
// and so is whether an amend's details fit what it amends: they are kept in
// Extra until then. The caller bounds the size of the body.
func ParseRequest(body []byte) (Request, error) {
	o, err := readObject(body)
	if err != nil {
		return Request{}, err
	}
	r, err := o.request()
	if err != nil {
		return Request{}, err
	}
	return r, nil
}

// aliases are the names of the first MatchStream.
var aliases = map[string]Kind{"halftime_start": Halftime, "halftime_stop": Continue}

func (o object) request() (Request, *Error) {
	var r Request
	for _, m := range o {
		if m.key != "kind" {
			continue
		}
		name, err := text(m.value)
		if err != nil {
			return r, err.below("kind")
		}
		r.Kind = Kind(name)
		if alias, ok := aliases[name]; ok {
			r.Kind = alias
		}
	}
	if !o.has("kind") {
		return r, malformed("kind", "missing: expected what happened, such as goal")
	}
	if err := r.Kind.unknown(); err != nil {
		return r, err
	}
	for _, m := range o {
		if err := r.take(m); err != nil {
			return r, err
		}
	}
	slices.Sort(r.Removed)
	if r.Kind == Amend {
		return r, amending(&r.Details)
	}
	return r, wellFormed(r.Kind, &r.Details)
}

// take reads one member into the request.
func (r *Request) take(m member) (err *Error) {
	switch m.key {
	case "kind":
		return nil
	case "force":
		if r.Force, err = truth(m.value); err != nil {
			return err.below("force")
		}
		return nil
	case "minute", "comment":
		if r.Kind == Amend && string(m.value) == "null" {
			r.Removed = append(r.Removed, m.key)
			return nil
		}
		x, _ := detailOf(m.key)
		return x.read(&r.Details, m.value)
	}
	switch {
	case r.Kind == Amend && m.key == "ref":
		x, _ := detailOf("ref")
		return x.read(&r.Details, m.value)
	case r.Kind.extra() || r.Kind == Amend:
		if !extraKey(m.key) {
			return malformed(shown(m.key), extraKeyForm)
		}
		if r.Kind == Amend && string(m.value) == "null" {
			r.Removed = append(r.Removed, m.key)
			return nil
		}
		if r.Extra == nil {
			r.Extra = make(map[string]json.RawMessage)
		}
		r.Extra[m.key] = compact(m.value)
		return nil
	}
	x, ok := detailOf(m.key)
	if f := forms[r.Kind]; !ok || !f.takes(m.key) {
		return malformed(shown(m.key), "%s takes no such detail, expected %s", r.Kind, f.words())
	}
	return x.read(&r.Details, m.value)
}

// extraKey says whether a key can be a detail of an x- kind.
func extraKey(key string) bool {
	return validKey(key) && key != "id" && key != "ref" && key != "at"
}

// amending checks what can be known of an amend without what it amends.
func amending(d *Details) *Error {
	ref, _ := detailOf("ref")
	if !ref.in(d) {
		return malformed("ref", "missing: expected the id of the event to amend")
	}
	if err := d.checkExtra(); err != nil {
		return err
	}
	for _, x := range details {
		if err := x.check(d); err != nil {
			return err
		}
	}
	for _, x := range details {
		if x.key != "ref" && x.in(d) {
			return nil
		}
	}
	if len(d.Extra) == 0 && len(d.Removed) == 0 {
		return malformed("", "expected the details to replace beside ref")
	}
	return nil
}

// read sets the detail from its JSON value. A text must not be empty: that
// would be the same as none.
func (x detail) read(d *Details, value json.RawMessage) (err *Error) {
	switch v := x.at(d).(type) {
	case *string:
		if *v, err = text(value); err == nil {
			if wrong := x.text(*v); wrong != "" {
				err = malformed("", "%s", wrong)
			}
		}
	case *int64:
		n, ok := whole(value)
		if !ok || n < 1 || n > maxID {
			err = malformed("", "expected an event's id, a whole number from 1 on")
		}
		*v = n
	case **int:
		n, ok := whole(value)
		if !ok || n < 0 || n > maxAddedtime {
			err = malformed("", "expected a whole number from 0 to %d", maxAddedtime)
		}
		minutes := int(n)
		*v = &minutes
	case **Player:
		*v = new(Player)
		**v, err = player(value)
	case *[]Player:
		if *v, err = players(value); err == nil && len(*v) == 0 && x.key != "substitutes" {
			err = malformed("", "expected 7 to 11 players, not 0")
		}
	}
	if err != nil {
		return err.below(x.key)
	}
	return x.check(d)
}
