package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"matchstream/internal/match"
	"matchstream/internal/replay"
	"matchstream/internal/top"
	"matchstream/matches"
)

// TestTopReadsAllThatANodeTells: what GET /node/inside answers and what top knows of it
// are the same, by name and kind, down to the last part.
func TestTopReadsAllThatANodeTells(t *testing.T) {
	n, server := startNode(t)
	defer n.Shutdown(context.Background())
	f, err := matches.FS.Open(matches.Final2022)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	whole, err := match.ReadTimeline(f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := replay.Play(t.Context(), replay.Options{Timelines: []match.Timeline{whole}, Servers: []string{server}, Token: operatorOfTests}); err != nil {
		t.Fatal(err)
	}
	r, err := http.Get(server + "/1/match/" + whole.ID() + "/history") // somebody asks for it
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r, err = http.Get("http://" + n.AdminAddr() + "/node/inside?match=" + whole.ID()); err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	told, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	var s top.Snapshot
	d := json.NewDecoder(bytes.NewReader(told))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		t.Fatalf("%v: %s", err, told)
	}
	if s.Matches.Match == nil || s.Matches.Match.Events != int64(len(whole.Lines)) || len(s.Matches.Match.Last) == 0 || len(s.Gates.Doors) != 2 {
		t.Errorf("%+v", s)
	}
	// And back: nothing that top looks at is missing in what is told.
	again, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var a, b any
	if json.Unmarshal(told, &a) != nil || json.Unmarshal(again, &b) != nil {
		t.Fatal("no JSON")
	}
	if missing := keysMissing("", b, a); missing != nil {
		t.Errorf("the node does not tell %s", strings.Join(missing, ", "))
	}
}

// keysMissing are those that want has and got has not.
func keysMissing(at string, want, got any) (missing []string) {
	switch want := want.(type) {
	case map[string]any:
		in, _ := got.(map[string]any)
		for key, value := range want {
			if other, ok := in[key]; !ok {
				if key != "period" && key != "minute" && key != "match" { // left out where there is none
					missing = append(missing, at+"."+key)
				}
			} else {
				missing = append(missing, keysMissing(at+"."+key, value, other)...)
			}
		}
	case []any:
		in, _ := got.([]any)
		for i, value := range want {
			if i < len(in) {
				missing = append(missing, keysMissing(at, value, in[i])...)
			}
		}
	}
	return missing
}
