package match

import "encoding/json"

// readHeader reads a timeline's first line: {"match":{…},"result":{…}}.
func (t *Timeline) readHeader(o object) *Error {
	if !o.has("match") {
		return malformed("match", `missing: expected the header, {"match":{"home":…,"visit":…,"date":…}}`)
	}
	for _, m := range o {
		var err *Error
		switch m.key {
		case "match":
			err = t.readMatch(m.value)
		case "result":
			t.Result, err = readResult(m.value)
		default:
			return malformed(shown(m.key), "expected match and result only")
		}
		if err != nil {
			return err.below(m.key)
		}
	}
	return nil
}

// part reads an object inside the header.
func part(value json.RawMessage) (object, *Error) {
	o, err := readObject(value)
	if err != nil {
		err.Reason = Malformed // the line itself is JSON
	}
	return o, err
}

func (t *Timeline) readMatch(value json.RawMessage) *Error {
	o, err := part(value)
	if err != nil {
		return err
	}
	for _, m := range o {
		switch m.key {
		case "home":
			t.Home, err = readTeam(m.value)
		case "visit":
			t.Visit, err = readTeam(m.value)
		case "date":
			t.Date, err = text(m.value)
		case "stadium":
			t.Stadium, err = text(m.value)
		case "competition":
			t.Competition, err = text(m.value)
		default:
			return malformed(shown(m.key), "expected home, visit, date, stadium and competition only")
		}
		if err != nil {
			return err.below(m.key)
		}
	}
	// Validate knows the teams of a match by their ids alone.
	if !o.has("home") || !o.has("visit") {
		return malformed("", `expected home and visit, each {"id":"elp","name":"Estudiantes"}`)
	}
	info := Info{Home: t.Home.ID, Visit: t.Visit.ID, Date: t.Date, Stadium: t.Stadium, Competition: t.Competition}
	if err := info.Validate(); err != nil {
		return err.(*Error)
	}
	return nil
}

func readTeam(value json.RawMessage) (t Team, err *Error) {
	o, err := part(value)
	if err != nil {
		return t, err
	}
	for _, m := range o {
		switch m.key {
		case "id":
			t.ID, err = text(m.value)
		case "name":
			t.Name, err = text(m.value)
		default:
			return t, malformed(shown(m.key), "expected id and name only")
		}
		if err != nil {
			return t, err.below(m.key)
		}
	}
	if err := t.Validate(); err != nil {
		return t, err.(*Error)
	}
	return t, nil
}

func readResult(value json.RawMessage) (*Result, *Error) {
	o, err := part(value)
	if err != nil {
		return nil, err
	}
	r := &Result{Shootout: o.has("home_penalties") || o.has("visit_penalties")}
	goals := []struct {
		key  string
		goal *int
		need bool
	}{
		{"home_score", &r.Score[Home], true}, {"visit_score", &r.Score[Visit], true},
		{"home_penalties", &r.Penalties[Home], r.Shootout}, {"visit_penalties", &r.Penalties[Visit], r.Shootout},
	}
	found := 0
	for _, g := range goals {
		for _, m := range o {
			if m.key != g.key {
				continue
			}
			n, ok := whole(m.value)
			if !ok || n < 0 || n > 9999 {
				return nil, malformed(g.key, "expected a number of goals")
			}
			*g.goal = int(n)
			found++
		}
		if g.need && !o.has(g.key) {
			return nil, malformed(g.key, "missing: expected home_score and visit_score, and of a shoot-out home_penalties and visit_penalties")
		}
	}
	if found < len(o) {
		return nil, malformed("", "expected home_score, visit_score, home_penalties and visit_penalties only")
	}
	return r, nil
}

// header is the first line of the timeline.
func (t Timeline) header() object {
	team := func(t Team) json.RawMessage {
		var o object
		o.put("id", t.ID)
		o.put("name", t.Name)
		return o.text()
	}
	var match, line object
	match.put("home", team(t.Home))
	match.put("visit", team(t.Visit))
	match.put("date", t.Date)
	if t.Stadium != "" {
		match.put("stadium", t.Stadium)
	}
	if t.Competition != "" {
		match.put("competition", t.Competition)
	}
	line.put("match", json.RawMessage(match.text()))
	if r := t.Result; r != nil {
		var result object
		result.put("home_score", r.Score[Home])
		result.put("visit_score", r.Score[Visit])
		if r.Shootout {
			result.put("home_penalties", r.Penalties[Home])
			result.put("visit_penalties", r.Penalties[Visit])
		}
		line.put("result", json.RawMessage(result.text()))
	}
	return line
}
