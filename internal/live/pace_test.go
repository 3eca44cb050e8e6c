package live

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

const (
	minute = time.Minute
	day    = 24 * time.Hour
	years  = 10 * 365 * day
)

// TestPace: each step is what the clock has gone on by, and the time that has
// passed meanwhile; at the end it is believed or not.
func TestPace(t *testing.T) {
	type step struct{ clock, passed time.Duration }
	after := func(n int, s step, and ...step) (all []step) {
		for range n {
			all = append(all, s)
		}
		return append(all, and...)
	}
	hour := step{time.Hour, time.Hour}
	for name, c := range map[string]struct {
		steps []step
		want  bool
	}{
		"it goes":                          {after(1000, hour), true},
		"off for some days":                {[]step{{6 * day, 0}}, true},
		"off for the summer":               {[]step{{100 * day, 0}}, false},
		"and on for two days":              {after(48, hour)[:47], true},
		"off for the summer, two days on":  {append([]step{{100 * day, 0}}, after(48, hour)...), false},
		"off for the summer, three on":     {append([]step{{100 * day, 0}}, after(72, hour)...), true},
		"it jumps while it runs":           {after(5, hour, step{years, time.Hour}), false},
		"a machine that slept for a night": {after(5, hour, step{10 * time.Hour, minute}), true},
		"it jumps again after two days":    {append(append([]step{{years, time.Hour}}, after(48, hour, step{years, time.Hour})...), after(48, hour)...), false},
		"it is put back":                   {append([]step{{years, time.Hour}}, after(5, hour, step{-years, time.Hour})...), true},
		"it is put back by a half":         {append([]step{{years, time.Hour}}, after(5, hour, step{-years / 2, time.Hour})...), false},
		"put back at a start":              {[]step{{years, 0}, {-years, 0}}, true},
		"wrong at one start after another": {after(100, step{100 * day, 0}), false},
		"on for an hour a day":             {append([]step{{100 * day, 0}}, after(71, step{day, time.Hour})...), false},
		"on for an hour a day, and longer": {append([]step{{100 * day, 0}}, after(72, step{day, time.Hour})...), true},
		"it goes back":                     {[]step{{-years, time.Hour}}, true},
		"it goes back, and forth":          {[]step{{-years, time.Hour}, {years, time.Hour}}, false},
	} {
		p, now := pace{At: time.Unix(1_800_000_000, 0).UnixMilli()}, time.Unix(1_800_000_000, 0)
		for _, s := range c.steps {
			now = now.Add(s.clock)
			p = p.look(now.UnixMilli(), s.passed)
		}
		if p.believed() != c.want || p.At != now.UnixMilli() {
			t.Errorf("%s: %+v, want it to be believed: %t", name, p, c.want)
		}
	}
}

// Whatever the clock did: no look believes more than farAhead beyond what must
// have passed, unless time has passed for as long as it is put off; and a clock
// that then goes on steadily for so long is believed.
func TestPaceOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, steady := pace{At: rapid.Int64Range(0, 1<<42).Draw(t, "at")}, time.Duration(0)
		for range rapid.IntRange(0, 50).Draw(t, "looks") {
			moves := time.Duration(rapid.Int64Range(-int64(20*day), int64(20*day)).Draw(t, "moves"))
			passed := time.Duration(rapid.Int64Range(0, int64(2*day)).Draw(t, "passed"))
			was := p
			if p = p.look(p.At+moves.Milliseconds(), passed); moves-passed > farAhead+time.Millisecond {
				steady = 0
				if p.believed() {
					t.Fatalf("%+v became %+v: it is believed", was, p)
				}
			} else if steady += passed; !was.believed() && p.believed() && steady < putOff && p.At > was.Before+(putOff+farAhead).Milliseconds() {
				t.Fatalf("%+v became %+v: it is believed after %s", was, p, steady)
			}
		}
		for range int(putOff / time.Hour) {
			p = p.look(p.At+time.Hour.Milliseconds(), time.Hour)
		}
		if !p.believed() || p.Before != 0 {
			t.Fatalf("%+v is not believed in the end", p)
		}
	})
}
