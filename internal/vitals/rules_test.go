package vitals

import (
	"fmt"
	"strings"
	"testing"
)

// TestTroublesDoNotFlicker plays a second for each letter: x while the rule
// holds. Told are the seconds in which the trouble is shown.
func TestTroublesDoNotFlicker(t *testing.T) {
	quiet := strings.Repeat(".", linger-1)
	for _, c := range []struct {
		after       int
		holds, told string
	}{
		{0, ".x" + quiet + "..", ".x" + quiet + ".."},
		{0, "x" + quiet + "x" + quiet + "..", "x" + quiet + "x" + quiet + ".."},
		{3, "xxx.xxx.", "........"},
		{2, "xxx" + quiet + "..", "..x" + quiet + ".."},
	} {
		c.told = strings.ReplaceAll(c.told, quiet, strings.Repeat("x", linger-1)) // it lingers
		at := 0
		chart := New()
		chart.Add(Series{Name: "value", Read: Gauge(func() float64 {
			if c.holds[at] == 'x' {
				return float64(at + 1)
			}
			return 0
		})})
		chart.Watch(Rule{Name: "trouble", After: c.after, Holds: func(v Values) bool { return v.Now("value") > 0 },
			Facts: func(v Values) []Fact { return []Fact{{Name: "value", Value: v.Now("value")}} }})
		chart.Start()
		chart.Close()
		told := ""
		for ; at < len(c.holds); at++ {
			chart.tick(int64(at + 1))
			if all := chart.Troubles(); len(all) == 1 {
				told += "x"
				if f := all[0].Facts; len(f) != 1 || f[0].Value == 0 {
					t.Errorf("%s, second %d: the facts are %v", c.holds, at, f)
				}
			} else {
				told += "."
			}
		}
		if told != c.told {
			t.Errorf("after %d: it holds in\n%s, is told in\n%s, and should be in\n%s", c.after, c.holds, told, c.told)
		}
	}
}

// TestTheGravestFirst: troubles come in the order of their rules.
func TestTheGravestFirst(t *testing.T) {
	c := New()
	c.Add(Series{Name: "x", Read: Gauge(func() float64 { return 9 }), Of: func() float64 { return 10 }})
	for i := range 3 {
		c.Watch(Rule{Name: fmt.Sprint(i), Grave: i == 0, Holds: func(v Values) bool { return i != 1 && v.Part("x") > 0.8 && v.Mean("x", 5) > 1 }})
	}
	c.Start()
	c.Close()
	c.tick(1)
	all := c.Troubles()
	if len(all) != 2 || all[0].Name != "0" || !all[0].Grave || all[1].Name != "2" || all[1].Grave {
		t.Errorf("%+v", all)
	}
}

func TestARuleOnASeriesThatThereIsNot(t *testing.T) {
	c := New()
	c.Watch(Rule{Name: "wrong", Holds: func(v Values) bool { return v.Now("nothing") > 0 }})
	c.Start()
	c.Close()
	defer func() {
		if recover() == nil {
			t.Error("it was not noticed")
		}
	}()
	c.tick(1)
}
