package match

import (
	"math"
	"testing"
)

func TestMinute(t *testing.T) {
	half := []string{"start", "47 halftime", "62 continue"}
	extra := then(half, "112 extratime")
	lastExtra := then(extra, "128 halftime", "129 continue")
	cases := []struct {
		name   string
		speed  float64
		bodies []string
		at     float64 // minutes since kick-off
		want   string
	}{
		{"before the start", 1, nil, 0, ""},
		{"kick-off", 1, []string{"start"}, 0, "1"},
		{"a second before one minute", 1, []string{"start"}, 59.0 / 60, "1"},
		{"one minute", 1, []string{"start"}, 1, "2"},
		{"end of the half", 1, []string{"start"}, 44.99, "45"},
		{"stoppage", 1, []string{"start"}, 45, "45+1"},
		{"more stoppage", 1, []string{"start"}, 47.5, "45+3"},
		{"a forgotten half-time", 1, []string{"start"}, 143.9, "45+99"},
		{"a long forgotten half-time", 1, []string{"start"}, 1e9, "45+99"},
		{"a clock that went back", 1, []string{"start"}, -5, "1"},
		{"half-time", 1, half[:2], 50, ""},
		{"second half", 1, half, 62, "46"},
		{"end of the second half", 1, half, 106.9, "90"},
		{"its stoppage", 1, half, 107, "90+1"},
		{"extra time", 1, extra, 112, "91"},
		{"end of its first half", 1, extra, 126.9, "105"},
		{"its stoppage", 1, extra, 127, "105+1"},
		{"last of extra time", 1, lastExtra, 129, "106"},
		{"its end", 1, lastExtra, 143.9, "120"},
		{"its stoppage", 1, lastExtra, 145, "120+2"},
		{"shoot-out", 1, then(lastExtra, "150 penalties"), 151, ""},
		{"after the end", 1, then(half, "108 stop"), 109, ""},
		{"no clock", 0, []string{"start"}, 3, ""},
		{"sixty times", 60, []string{"start"}, 1.0 / 60, "2"},
		{"sixty times, stoppage", 60, []string{"start"}, 0.75, "45+1"},
		{"half speed", 0.5, []string{"start"}, 3, "2"},
		{"suspended", 1, []string{"start", "10 suspend"}, 40, "11"},
		{"resumed", 1, []string{"start", "10 suspend", "40 resume"}, 40, "11"},
		{"a while after", 1, []string{"start", "10 suspend", "40 resume"}, 45.5, "16"},
		{"twice suspended", 1, []string{"start", "10 suspend", "40 resume", "41 suspend", "50 resume"}, 52, "14"},
		{"suspended at half-time", 1, []string{"start", "46 halftime", "50 suspend", "80 resume", "81 continue"}, 81, "46"},
		{"suspended before the end of the half", 1, []string{"start", "44 suspend", "100 resume"}, 101.5, "45+1"},
		{"a suspension that was cancelled", 1, []string{"start", "10 suspend", `20 {"kind":"cancel","ref":2}`}, 20, "21"},
		{"a stop that was cancelled", 1, []string{"start", "10 stop", `20 {"kind":"cancel","ref":2}`}, 20, "21"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := at(t, c.speed, c.bodies...)
			if got := s.Minute(kickoff + int64(c.at*60_000)); got != c.want {
				t.Errorf("%q, wanted %q", got, c.want)
			}
		})
	}
}

func TestMinuteOfOddSpeeds(t *testing.T) {
	s := after(t, "start")
	for speed, want := range map[float64]string{math.Inf(1): "45+99", maxSpeed: "45+99", -1: "", 1e-9: "1"} {
		s.Speed = speed
		if got := s.Minute(kickoff + 60_000); got != want {
			t.Errorf("speed %v: %q, wanted %q", speed, got, want)
		}
	}
	if s.Speed = math.NaN(); s.Minute(kickoff) != "" {
		t.Error("a minute at speed NaN")
	}
}

// The minute that is stored is that of the match before the event.
func TestStoredMinute(t *testing.T) {
	s := New("elp", "tig", 1)
	steps := []struct{ body, want string }{
		{bodies[Lineup], ""},
		{"start", ""},
		{`3.5 {"kind":"shot","team":"elp"}`, "4"},
		{`4 {"kind":"goal","team":"elp","player":9,"minute":"3"}`, "3"},
		{`5 {"kind":"amend","ref":4,"how":"header"}`, ""},
		{`6 {"kind":"cancel","ref":3}`, "7"},
		{`7 {"kind":"x-weather"}`, "8"},
		{"10 suspend", "11"},
		{`20 {"kind":"comment","comment":"fog"}`, "11"},
		{"30 resume", "11"},
		{"66 halftime", "45+2"},
		{`67 {"kind":"comment","comment":"tea"}`, ""},
		{"80 continue", ""},
		{"81 penalties", "47"},
		{`82 {"kind":"miss","team":"elp","player":9}`, ""},
		{"83 stop", ""},
		{`84 {"kind":"card","team":"elp","player":9,"card":"red"}`, ""},
	}
	for _, step := range steps {
		e, next, err := send(t, s, step.body)
		if err != nil {
			t.Fatalf("%s: %v", step.body, err)
		}
		if e.Minute != step.want {
			t.Errorf("%s: minute %q, wanted %q", step.body, e.Minute, step.want)
		}
		s = next
	}
}

func TestTimestampsNeverFall(t *testing.T) {
	s := after(t, "10 start")
	e, s, err := send(t, s, "5 halftime")
	if err != nil || e.Timestamp != kickoff+600_000 || s.LastTimestamp != e.Timestamp {
		t.Errorf("timestamp %d after %d (%v)", e.Timestamp, kickoff+600_000, err)
	}
	if e.ID != 2 || e.By != "bench" {
		t.Errorf("id %d by %q", e.ID, e.By)
	}
}

func TestPeriodStart(t *testing.T) {
	steps := []struct {
		body             string
		start, suspended int64 // minutes since kick-off
	}{
		{"start", 0, 0}, {"10 suspend", 0, 10}, {"30 resume", 20, 0}, {"70 halftime", 70, 0}, {"80 suspend", 70, 80},
		{"90 resume", 80, 0}, {"95 continue", 95, 0}, {"96 suspend", 95, 96}, {"100 abandon", 100, 0},
	}
	s := New("elp", "tig", 1)
	for _, step := range steps {
		_, s, _ = send(t, s, step.body)
		suspended := int64(0)
		if step.suspended > 0 {
			suspended = kickoff + step.suspended*60_000
		}
		if s.PeriodStart != kickoff+step.start*60_000 || s.SuspendedAt != suspended || s.Suspended != (suspended > 0) {
			t.Errorf("after %s: period since %d, suspended %v %d", step.body, s.PeriodStart, s.Suspended, s.SuspendedAt)
		}
	}
}

// TestBegins: when a minute began is a time of that minute, and no minute is said
// to have begun that could not be written.
func TestBegins(t *testing.T) {
	for _, period := range []Period{First, Last, FirstExtra, LastExtra} {
		for _, speed := range []float64{1, 7, 60, 0.5} {
			s := State{Period: period, PeriodStart: 1_790_000_000_000, Speed: speed}
			for at := s.PeriodStart; at < s.PeriodStart+int64(70*60_000/speed); at += int64(20_000 / speed) {
				began, ok := s.Begins(s.Minute(at))
				if !ok || began > at || s.Minute(began) != s.Minute(at) {
					t.Fatalf("%s at speed %v: %s began at %d, %v, and was at %d", period, speed, s.Minute(at), began, ok, at)
				}
			}
		}
	}
	for _, c := range []struct {
		s      State
		minute string
	}{{State{Period: First, Speed: 1}, ""}, {State{Period: First, Speed: 1}, "x"}, {State{Period: First, Speed: 1}, "46"}, {State{Period: First}, "3"},
		{State{Period: HalftimeBreak, Speed: 1}, "45"}, {State{Period: Last, Speed: 1}, "44"}, {State{Period: Last, Speed: 1}, "90+"}} {
		if at, ok := c.s.Begins(c.minute); ok {
			t.Errorf("%+v: minute %q began at %d", c.s, c.minute, at)
		}
	}
}
