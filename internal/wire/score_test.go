package wire

import (
	"testing"

	"matchstream/internal/match"
)

func TestScore(t *testing.T) {
	s := Score{
		Match: "arg-fra-2022-12-18", HomeScore: 3, VisitScore: 3, Period: match.Shootout, Status: match.Live,
		Home: "arg", Visit: "fra", HomeName: "Argentina", VisitName: "France <&>",
		HomePenalties: number(0), VisitPenalties: number(1), StartTime: "2022-12-18", Speed: 60,
		Position: "17-k3f9a2", Revision: 2,
	}
	const want = "event: match\n" +
		`data: {"match":"arg-fra-2022-12-18","home-score":3,"visit-score":3,"period":"penalties","status":"live","home":"arg","visit":"fra",` +
		`"home-name":"Argentina","visit-name":"France <&>","home-penalties":0,"visit-penalties":1,"start_time":"2022-12-18","speed":60,"position":"17-k3f9a2","revision":2}` + "\n\n"
	if got := string(AppendScore(nil, s)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestNewScore(t *testing.T) {
	v := view(20, match.Last, func(v *match.View) {
		v.State.Sides[match.Home].Score, v.State.Sides[match.Visit].Score = 1, 2
		v.State.Sides[match.Home].Penalties = 4
	})
	s := NewScore(v, "67")
	if s.Match != v.Info.ID || s.HomeScore != 1 || s.VisitScore != 2 || s.Minute != "67" || s.Period != match.Last || s.Status != match.Live {
		t.Errorf("got %+v", s)
	}
	if s.Position != v.Position().String() {
		t.Errorf("position %s, want %v", s.Position, v.Position())
	}
	v.Info.Revision, v.Teams[match.Home].Revision, v.Teams[match.Visit].Revision = 1, 2, 4
	if got := NewScore(v, "").Revision; got != 7 {
		t.Errorf("revision %d, want 7", got)
	}
	if s.HomePenalties != nil || s.VisitPenalties != nil {
		t.Error("penalties before a shoot-out")
	}
	v.State.Shootout = true
	if s = NewScore(v, ""); s.HomePenalties == nil || *s.HomePenalties != 4 || s.VisitPenalties == nil || *s.VisitPenalties != 0 {
		t.Errorf("in a shoot-out: got %v, %v", s.HomePenalties, s.VisitPenalties)
	}
}

func TestGone(t *testing.T) {
	const want = "event: gone\ndata: {\"match\":\"elp-tig-2011-09-10\"}\n\n"
	if got := string(AppendGone(nil, "elp-tig-2011-09-10")); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// EventSource dispatches nothing without data, so there is some always.
	if got, want := string(AppendGone([]byte("x"), "")), "xevent: gone\ndata: {}\n\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAppendTeam(t *testing.T) {
	const want = "event: team\ndata: {\"id\":\"elp\",\"name\":\"Estudiantes\",\"colours\":[\"red\",\"white\"]}\n\n"
	if got := string(AppendTeam(nil, match.Team{ID: "elp", Name: "Estudiantes", Colours: []string{"red", "white"}, Revision: 3})); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
