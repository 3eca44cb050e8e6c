package faulty

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/follow"
	"matchstream/internal/lab"
)

// A right server is right to the clients of the project: by every protocol a match is
// followed from before its start to its end.
func TestRight(t *testing.T) {
	s := start(t, Fault{})
	odd := "\"quoted\" \\ \t\n\r\x01\x7f <é> " + strings.Repeat("long ", 80)
	events := []string{"start", "lab-1-17;", odd, "halftime", "continue", "three", "stop"}
	happen(t, s, events[:2]...)
	var joined []chan struct{}
	var outs []chan []string
	for _, via := range protocols {
		in, seen := make(chan struct{}), make(chan []string, 1)
		joined, outs = append(joined, in), append(outs, seen)
		go func() { seen <- followed(t, s, via, in) }()
	}
	for _, in := range joined {
		<-in
	}
	happen(t, s, events[2:]...)
	for i, out := range outs {
		if got, want := <-out, []string{"status 2", "3 " + odd, "4 halftime", "5 continue", "6 three", "7 stop", "over"}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, expected %q", protocols[i], got, want)
		}
	}
	if r := s.Record(); len(r.Done) > 0 || len(r.Posted) != 7 || len(r.Writes) != 15 || r.Watchers != 3 {
		t.Errorf("it has done %v, %d events, %d writes to %d", r.Done, len(r.Posted), len(r.Writes), r.Watchers)
	}
}

// followed is what a follower is given, to the end.
func followed(t *testing.T, s *Server, via lab.Protocol, joined chan<- struct{}) (seen []string) {
	server, err := client.New(s.URL())
	if err != nil {
		return []string{err.Error()}
	}
	server.HTTP = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	end, err := follow.Follow(ctx, follow.Options{
		Server: server, Match: Match, Via: string(via), User: "me", Clock: client.RealClock{},
		Lost: func(err error) { seen = append(seen, "lost: "+err.Error()) }, Back: func() {},
		Take: func(f follow.Frame) error {
			if f.Status != nil {
				seen = append(seen, fmt.Sprint("status ", f.Position.ID))
				close(joined)
				return nil
			}
			text := f.Event.Comment
			if text == "" {
				text = string(f.Event.Kind)
			}
			seen = append(seen, fmt.Sprint(f.Position.ID, " ", text))
			return nil
		},
	})
	if err != nil {
		return append(seen, err.Error())
	}
	return append(seen, map[follow.End]string{follow.Over: "over", follow.Removed: "removed"}[end])
}

// Resuming gives what is behind a position, and a status where that cannot be.
func TestResume(t *testing.T) {
	s := start(t, Fault{})
	happen(t, s, "start", "b", "c")
	epoch := s.game(Match).epoch
	for _, via := range protocols {
		for since, want := range map[string][]string{
			"":           {"3 status"},
			"1-" + epoch: {"2 b", "3 c"},
			"1":          {"2 b", "3 c"},
			"0":          {"1 start", "2 b", "3 c"},
			"1-otherone": {"3 status"},
			"4-" + epoch: {"3 status"},
		} {
			l, err := watch(t, s, via, "", since)
			if err != nil {
				t.Fatal(err)
			}
			if got := l.all(s, len(want)); !slices.Equal(got, want) {
				t.Errorf("%s since %q: %q, expected %q", via, since, got, want)
			}
		}
	}
	happen(t, s, "stop")
	if _, err := s.Happen("comment", "late"); err == nil {
		t.Error("something happened behind the stop")
	}
	ends := map[lab.Protocol]string{lab.TCP: "end", lab.SSE: "end", lab.WebSocket: "closed 1000"}
	for _, via := range protocols {
		for since, want := range map[string][]string{"": {"4 status"}, "2": {"3 c", "4 stop"}, "4": nil} {
			l, err := watch(t, s, via, "", since)
			if via == lab.SSE && since == "4" {
				if err == nil || err.Error() != "204 No Content" {
					t.Errorf("resumed at the end: %v", err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, want := l.all(s, 9), append(slices.Clone(want), ends[via]); !slices.Equal(got, want) {
				t.Errorf("ended, %s since %q: %q, expected %q", via, since, got, want)
			}
		}
		if l, err := watch(t, s, via, "", "yesterday"); err == nil && l.next(s) != "malformed" {
			t.Errorf("%s: a position that is none was taken", via)
		}
	}
}

// A match is made, played, read and deleted by its API, each once though it is asked twice.
func TestAPI(t *testing.T) {
	s := start(t, Fault{})
	say := func(method, path, body, key string, status int, want string) {
		t.Helper()
		got, text, err := ask(t, s, method, path, body, "Idempotency-Key", key)
		if err != nil || got != status || !strings.Contains(text, want) {
			t.Errorf("%s %s %s: %d %s, %v, expected %d %s", method, path, body, got, text, err, status, want)
		}
	}
	say("PUT", "/1/team/aaa", `{"name":"A"}`, "", 201, `"A"`)
	say("PUT", "/1/team/aaa", `{"name":"B"}`, "", 200, `"B"`)
	say("GET", "/1/team/aaa", "", "", 200, `"B"`)
	say("GET", "/1/team/bbb", "", "", 404, "no team")
	say("PUT", "/1/team/bbb", `{"name":""}`, "", 422, "name")
	say("PUT", "/1/team/bbb", `{"name":"B"}`, "", 201, `"B"`)
	say("POST", "/1/matches", `{"home":"aaa","visit":"ccc","date":"2026-01-02"}`, "", 422, "ccc")
	for range 2 {
		say("POST", "/1/matches", `{"home":"aaa","visit":"bbb","date":"2026-01-02"}`, "k", 201, `"aaa-bbb-2026-01-02"`)
	}
	say("POST", "/1/matches", `{"home":"aaa","visit":"bbb","date":"2026-01-02"}`, "", 409, "there is a match")
	say("GET", "/1/matches", "", "", 200, `["aaa-bbb-2026-01-02","faa-fab-2026-01-01"]`)
	path := "/1/match/aaa-bbb-2026-01-02"
	say("POST", path+"/events", `{"kind":"halftime"}`, "", 409, "not_started")
	say("POST", path+"/events", `{"kind":"goal"}`, "", 422, "expected start")
	say("POST", path+"/events", `{"kind":"comment"}`, "", 422, "expected a comment")
	say("POST", path+"/events", `{`, "", 400, "")
	say("POST", path+"/events", `{"kind":"start","home_players":[{"number":7,"name":"Luna"}],"visit_players":[]}`, "", 201, `"home_players":{"7":"Luna"}`)
	for range 2 {
		say("POST", path+"/events", `{"kind":"comment","comment":"c"}`, "k", 201, `"id":2`)
	}
	say("POST", path+"/events", `{"kind":"comment","comment":"d"}`, "k", 422, "key")
	say("GET", path, "", "", 200, `"period":"first"`)
	say("GET", path+"/history", "", "", 200, `"kind":"start"`)
	say("GET", path+"/history?since=1", "", "", 200, `[{"id":2,`)
	say("GET", path+"/history?since=9", "", "", 409, "")
	say("DELETE", path, "", "", 204, "")
	say("GET", path, "", "", 404, "there is no match")
	if got := s.Record().Answers; got[404] != 2 || got[204] != 1 || got[409] != 3 {
		t.Errorf("answers %v", got)
	}
}

// Who watches a match that is deleted is told as each protocol does.
func TestDeleted(t *testing.T) {
	s := start(t, Fault{})
	for via, want := range map[lab.Protocol]string{lab.TCP: "end", lab.SSE: "gone", lab.WebSocket: "closed 4404"} {
		l, err := watch(t, s, via, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if got := l.next(s); got != "0 status" {
			t.Fatal(got)
		}
		g := s.game(Match)
		g.delete()
		if got := l.next(s); got != want {
			t.Errorf("%s: %s, expected %s", via, got, want)
		}
		s.mu.Lock()
		s.mu.matches[Match] = newGame("faa", "fab", "2026-01-01")
		s.mu.Unlock()
	}
}
