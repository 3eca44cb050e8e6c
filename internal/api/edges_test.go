package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Of an edge's reports the newer counts, by the number that it gives them.
func TestRoundsOfReports(t *testing.T) {
	b := newBench(t)
	b.kickOff(t)
	var at struct{ Position string }
	if err := json.Unmarshal([]byte(b.do(t, "GET", "/1/match/"+seed, nil).body), &at); err != nil {
		t.Fatal(err)
	}
	_, epoch, _ := strings.Cut(at.Position, "-")
	for _, c := range []struct {
		round  string
		now    int
		status int
		want   int
	}{{"", 5, http.StatusOK, 5}, {"3", 20, http.StatusOK, 20}, {"2", 30, http.StatusOK, 20}, {"x", 30, http.StatusUnprocessableEntity, 20}, {"-1", 30, http.StatusUnprocessableEntity, 20}, {"4", 0, http.StatusOK, 0}} {
		report := fmt.Sprintf(`{"matches":[{"match":%q,"epoch":%q,"now":%d}]}`, seed, epoch, c.now)
		headers := []string{"Authorization: Bearer {edge}"}
		if c.round != "" {
			headers = append(headers, "Match-Stream-Round: "+c.round)
		}
		if got := b.do(t, "POST", "/1/edges/lima", strings.NewReader(report), headers...); got.status != c.status {
			t.Errorf("round %q: %d %s", c.round, got.status, got.body)
		}
		var a struct{ Now int }
		if err := json.Unmarshal([]byte(b.do(t, "GET", "/1/match/"+seed+"/audience", nil).body), &a); err != nil || a.Now != c.want {
			t.Errorf("after round %q: %d watch, %v; want %d", c.round, a.Now, err, c.want)
		}
	}
}
