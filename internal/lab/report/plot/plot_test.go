package plot

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

func number0(v float64) string { return fmt.Sprintf("%g", v) }

// every has all that can be drawn.
func every() *Plot {
	return &Plot{
		Name: "every", Title: "Everything & more", Note: "A note that is long enough for two lines, as it goes on and on, and has nothing at all to say to anybody who might read it.",
		X: Axis{Label: "time", Scale: Time, Show: number0}, Y: Axis{Label: "value", Scale: Log, Show: number0},
		Series: []Series{
			{Name: "line", Colour: 1, Points: []Point{{X: 0, Y: 1}, {X: 30, Y: 1000}, {X: 60, Y: 10}}},
			{Name: "marked", Kind: Marked, Colour: 2, Points: []Point{{X: 0, Y: 5}, {X: 60, Y: 50, Hollow: true, Title: "did not hold"}}},
			{Name: "marks", Kind: Marks, Colour: 3, Points: []Point{{X: 20, Y: 3}}},
			{Name: "more marks", Kind: Marks, Colour: 4, Points: []Point{{X: 25, Y: 3}}},
			{Name: "bars", Kind: Bars, Points: []Point{{X: 40, Y: 100}, {X: 50, Y: 0}}},
			{Name: "dashed", Colour: 6, Dashed: true, Points: []Point{{X: 5, Y: 7}}},
			{Name: "nothing", Colour: 5},
		},
		Bands: []Band{{From: 0, To: 30, Label: "first", Title: "the first"}, {From: 30, To: 60, Label: "second", Failed: true}},
		Rules: []Rule{{At: 500, Label: "expected: <500"}},
	}
}

func TestGolden(t *testing.T) {
	got := every().File()
	if *update {
		if err := os.WriteFile("testdata/every.svg", []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/every.svg")
	if err != nil || got != string(want) {
		t.Errorf("not as it was (%v): see go test -update and git diff\n%s", err, got)
	}
}

// texts of an SVG, which must be whole, with numbers that are some, inside the drawing.
func texts(t *testing.T, svg string) (all []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			for _, a := range token.Attr {
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("%s=%q", a.Name.Local, a.Value)
				}
			}
		case xml.CharData:
			all = append(all, string(token))
		}
	}
}

// Words are shown as they are, whatever they are.
func TestHostileWords(t *testing.T) {
	p := every()
	hostile := `</text><script>alert("1")</script>&` + "\x00\x1b"
	p.Title, p.Note, p.X.Label, p.Y.Label = hostile, hostile, hostile, hostile
	p.Series[0].Name, p.Series[0].Points[0].Title, p.Bands[0].Label, p.Bands[0].Title, p.Rules[0].Label = hostile, hostile, hostile, hostile, hostile
	p.X.Show = func(float64) string { return hostile }
	svg := p.File()
	if all := texts(t, svg); !slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, `<script>alert("1")</script>&`) }) {
		t.Errorf("the words are not there: %q", all)
	}
	if strings.Contains(svg, "<script") {
		t.Error("a script is there")
	}
}

// Values that are nowhere, or all the same, or none at all, do not spoil the rest.
func TestOddValues(t *testing.T) {
	for _, ys := range [][]float64{{}, {0}, {0, 0}, {1, 1}, {math.NaN(), 1}, {math.Inf(1), 1}, {1e-9, 1e9}, {-3, 2}, {5e300}} {
		for _, scale := range []Scale{Linear, Log, Time} {
			p := &Plot{Name: "odd", X: Axis{Scale: scale, Show: number0}, Y: Axis{Scale: scale, Show: number0}, Series: []Series{{Kind: Marked}}}
			for _, y := range ys {
				p.Series[0].Points = append(p.Series[0].Points, Point{X: y, Y: y})
			}
			texts(t, p.SVG())
		}
	}
}

// A peak of one second in a day is drawn.
func TestNoPeakIsLost(t *testing.T) {
	p := &Plot{X: Axis{Scale: Time, Show: number0}, Y: Axis{Show: number0}, Series: []Series{{Name: "day"}}}
	for i := range 86400 {
		p.Series[0].Points = append(p.Series[0].Points, Point{X: float64(i), Y: float64(i % 2)})
	}
	p.Series[0].Points[54321].Y = 100
	svg := p.SVG()
	if len(svg) > 50_000 {
		t.Errorf("%d bytes", len(svg))
	}
	if !slices.ContainsFunc(texts(t, svg), func(s string) bool { return strings.HasSuffix(s, ": 100") }) {
		t.Error("the peak is not there")
	}
}

// Ticks are few, in order, and inside; those of logarithmic axes as well.
func TestTicks(t *testing.T) {
	for _, a := range []Axis{{Scale: Linear}, {Scale: Log}, {Scale: Time}, {Whole: true}, {Binary: true}} {
		for low := 1e-6; low < 1e6; low *= 3.7 {
			for _, ratio := range []float64{1.0, 1.1, 2, 7, 60, 2000, 1e6} {
				s := reach(a, []float64{low, low * ratio}, 0, 100).round()
				ticks := s.ticks()
				if len(ticks) < 1 || len(ticks) > 10 || !slices.IsSorted(ticks) {
					t.Errorf("%+v, %g to %g: %v", a, s.from, s.to, ticks)
				}
				for _, v := range append(ticks, low, low*ratio) {
					if at := s.at(v); !(at >= 0 && at <= 100) || v < s.from*(1-1e-9) || v > s.to*(1+1e-9) {
						t.Errorf("%+v, %g to %g: %g is outside", a, s.from, s.to, v)
					}
				}
			}
		}
	}
}

// Round ticks of bytes are those of MiB, of times those of clocks.
func TestRoundTicks(t *testing.T) {
	for _, c := range []struct {
		axis Axis
		most float64
		want []float64
	}{
		{Axis{Binary: true}, 35 << 20, []float64{0, 10 << 20, 20 << 20, 30 << 20, 40 << 20}},
		{Axis{Scale: Time}, 130, []float64{0, 30, 60, 90, 120}},
		{Axis{Whole: true}, 3, []float64{0, 1, 2, 3}},
		{Axis{}, 0.9, []float64{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}},
	} {
		if got := reach(c.axis, []float64{c.most}, 0, 1).round().ticks(); !slices.Equal(got, c.want) {
			t.Errorf("%+v up to %g: %v, expected %v", c.axis, c.most, got, c.want)
		}
	}
}

// A line begins anew behind a gap, and what is alone between two is a dot; so it is when
// there are many points.
func TestGap(t *testing.T) {
	p := &Plot{Name: "gap", Series: []Series{{Colour: 1, Points: []Point{{X: 0, Y: 1}, {X: 1, Y: 1}, {X: 2, Y: 2, Gap: true}, {X: 3, Y: 1, Gap: true}, {X: 4, Y: 1}}}},
		X: Axis{Show: number}, Y: Axis{Show: number}}
	path := func() string {
		_, rest, _ := strings.Cut(p.SVG(), `class="p-line p-c1" d="`)
		path, _, _ := strings.Cut(rest, `"`)
		return path
	}
	if got := path(); strings.Count(got, "M") != 3 || strings.Count(got, "h.1") != 1 {
		t.Error(got)
	}
	p.Series[0].Points = nil
	for i := range 1000 {
		p.Series[0].Points = append(p.Series[0].Points, Point{X: float64(i), Y: float64(i % 7), Gap: i == 501})
	}
	if got := path(); strings.Count(got, "M") != 2 {
		t.Error(got)
	}
}

// The name of what was expected stands where no points are in its way.
func TestRuleNameKeepsClear(t *testing.T) {
	for where, points := range map[string][]Point{
		`"end"`:   {{X: 0, Y: 500}, {X: 3, Y: 510}, {X: 60, Y: 10}},
		`"start"`: {{X: 0, Y: 1}, {X: 57, Y: 520}, {X: 60, Y: 510}},
	} {
		p := &Plot{Name: "rule", X: Axis{Scale: Linear, Show: number0}, Y: Axis{Scale: Log, Show: number0},
			Series: []Series{{Name: "line", Colour: 1, Points: points}}, Rules: []Rule{{At: 500, Label: "expected: <500"}}}
		svg := p.File()
		if !strings.Contains(svg, `text-anchor=`+where+`>expected: &lt;500</text>`) {
			t.Errorf("the name is not at the %s:\n%s", where, svg)
		}
	}
}
