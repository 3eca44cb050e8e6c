package wire

import (
	"testing"
	"time"

	"matchstream/internal/match"
)

// The transcripts of the protocol's description, as the server of 2011 put
// them on the wire; typed by hand, so that no -update can change them.

func moment(s string) int64 {
	at, err := time.Parse(time.DateTime, s)
	if err != nil {
		panic(err)
	}
	return at.UnixMilli()
}

func TestTranscriptStatus(t *testing.T) {
	v := match.View{
		Info:  match.Info{ID: "elp-tig-2011-09-10", Home: "elp", Visit: "tig", Epoch: epoch},
		State: match.New("elp", "tig", 1),
	}
	v.State.LastID, v.State.LastTimestamp, v.State.Period = 1, moment("2026-11-22 18:33:59")+999, match.First
	v.State.Sides[match.Home].Lineup = []match.Player{{Number: 25, Name: "Albil"}, {Number: 14, Name: "Mercado"}}
	v.State.Sides[match.Visit].Lineup = []match.Player{{Number: 12, Name: "Garcia"}}

	const want = "2026-11-22 18:33:59: status:\n" +
		"\thome: <<\"elp\">>\n" +
		"\thome_players:\n" +
		"\t\t Albil (25) \n" +
		"\t\t Mercado (14) \n" +
		"\thome_score: 0\n" +
		"\tvisit: <<\"tig\">>\n" +
		"\tvisit_players:\n" +
		"\t\t Garcia (12) \n" +
		"\tvisit_score: 0\n" +
		"\tperiod: first\n" +
		"\r\n"
	if got := string(AppendStatus(TCP, nil, v, true)); got != want {
		t.Errorf("got\n%swant\n%s", visible([]byte(got)), visible([]byte(want)))
	}
	if got := string(AppendStatus(TCP, nil, v, false)); got != want {
		t.Errorf("not resumed: got\n%swant\n%s", visible([]byte(got)), visible([]byte(want)))
	}
}

func TestTranscriptEvents(t *testing.T) {
	luna, first := p(7, "Luna"), moment("2026-11-22 18:22:04")
	events := []match.Event{
		{ID: 2, Timestamp: first, Kind: match.Goal, Details: match.Details{Player: luna, Team: "tig", Minute: "5"}},
		{ID: 3, Timestamp: first + 999, Kind: match.Card, Details: match.Details{Player: p(25, "Albil"), Card: "red", Team: "elp", Minute: "18"}},
		{ID: 4, Timestamp: first + 999, Kind: match.Substitution, Details: match.Details{PlayerOut: p(18, "Fernandez"), Team: "elp", PlayerIn: p(21, "Silva"), Minute: "20"}},
		{ID: 5, Timestamp: first + 1000, Kind: match.Goal, Forced: true, By: "bench", Details: match.Details{Player: luna, Team: "elp", PlayerTeam: "tig"}},
		{ID: 6, Timestamp: first + 1999, Kind: match.Halftime, Details: match.Details{Minute: "45+1"}},
		{ID: 7, Timestamp: moment("2026-11-22 18:34:00"), Kind: match.Stop},
	}
	const want = "2026-11-22 18:22:04: goal:\n" +
		"\tplayer: Luna (7) \n" +
		"\tteam: <<\"tig\">>\n" +
		"\r\n" +
		"2026-11-22 18:22:04: card:\n" +
		"\tplayer: Albil (25) \n" +
		"\tcard: red\n" +
		"\tteam: <<\"elp\">>\n" +
		"\r\n" +
		"2026-11-22 18:22:04: substitution:\n" +
		"\tplayer_out: Fernandez (18) \n" +
		"\tteam: <<\"elp\">>\n" +
		"\tplayer_in: Silva (21) \n" +
		"\r\n" +
		"2026-11-22 18:22:05: goal:\n" +
		"\tplayer: Luna (7) \n" +
		"\tteam: <<\"elp\">>\n" +
		"\tplayer_team: <<\"tig\">>\n" +
		"\r\n" +
		"2026-11-22 18:22:05: halftime:\n" +
		"\r\n" +
		"2026-11-22 18:34:00: stop:\n" +
		"\r\n"
	var got []byte
	for _, e := range events {
		got = AppendEvent(TCP, got, e, epoch)
	}
	if string(got) != want {
		t.Errorf("got\n%swant\n%s", visible(got), visible([]byte(want)))
	}
}

// TestTranscriptIDs: the position is the last detail.
func TestTranscriptIDs(t *testing.T) {
	e := match.Event{ID: 17, Timestamp: moment("2026-11-22 18:22:04"), Kind: match.Comment, Details: match.Details{Comment: "\"Gol\"\\\n"}}
	const want = "2026-11-22 18:22:04: comment:\n" +
		"\tcomment: <<\"\\\"Gol\\\"\\\\\\n\">>\n" +
		"\tid: 17-k3f9a2\n" +
		"\r\n"
	if got := string(AppendEvent(TCPIDs, nil, e, epoch)); got != want {
		t.Errorf("got\n%swant\n%s", visible([]byte(got)), visible([]byte(want)))
	}
}

func TestTCPError(t *testing.T) {
	for _, c := range []struct{ sentence, want string }{
		{"match not found: elp-tig-2011-09-10", "ERROR: match not found: elp-tig-2011-09-10\n\r\n"},
		{"no\r\nsuch\x00match\x7f: ñ\u2028", "ERROR: no  such match : ñ\u2028\n\r\n"},
		{"not \xff valid", "ERROR: not \ufffd valid\n\r\n"},
	} {
		if got := string(AppendTCPError(nil, c.sentence)); got != c.want {
			t.Errorf("%q: got %q, want %q", c.sentence, got, c.want)
		}
	}
}
