package web

import (
	"math"
	"net"
	"strconv"
	"time"

	"matchstream/internal/vitals"
	"matchstream/internal/wire"
)

// nodeNow is the node as of now: what the page is made from, and what its
// script is told. Texts are in the reader's language.
type nodeNow struct {
	Run      string        `json:"run"`
	From     int64         `json:"from"`   // number of the first point; the last one is still growing
	Points   [][]point     `json:"points"` // by row
	Rows     []figure      `json:"rows"`
	Troubles []troubleText `json:"troubles"`
	State    string        `json:"state"` // of all: well, or how much is wrong
	Matches  []watchedRow  `json:"matches"`
	Up       string        `json:"up"` // for how long the node has been
	Node     string        `json:"node"`
	Version  string        `json:"version"`
}

// point is the largest of a few samples; NaN, in JSON null: there was none.
type point float64

func (p point) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(p)) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(p), 'g', 4, 64), nil
}

// figure is a number as people read it.
type figure struct {
	Now  string `json:"now"`
	Note string `json:"note"`
	Rest bool   `json:"rest"` // nothing has happened lately
}

type troubleText struct {
	Grave bool   `json:"grave"`
	What  string `json:"what"`
	Do    string `json:"do"`
	Since string `json:"since"`
}

type watchedRow struct {
	Address  string    `json:"address"`
	Names    [2]string `json:"names"`
	Score    string    `json:"score"`
	Watchers string    `json:"watchers"`
	TCP      string    `json:"tcp"`
	SSE      string    `json:"sse"`
	WS       string    `json:"ws"`
}

// mostWatched are so many matches.
const mostWatched = 10

const (
	// samplesAPoint are drawn as one.
	samplesAPoint = 5
	pointsKept    = vitals.Kept / samplesAPoint
)

func (s *nodeSite) now(reader reader, host string, since int64) nodeNow {
	samples := s.Chart.Since(0)
	lastSecond := max(0, samples.Last)
	last := lastSecond / samplesAPoint
	now := nodeNow{Run: s.run, From: max(since, last-pointsKept+1, 0), Node: s.Name, Version: s.Version,
		Up: reader.span(float64(lastSecond)), Points: [][]point{}, Troubles: []troubleText{}, Matches: []watchedRow{}}
	if now.From > last { // of another start, or made up
		now.From = max(last-pointsKept+1, 0)
	}
	limits := s.Chart.Limits()
	for i, series := range s.Chart.Series() {
		if series.Panel == "" {
			continue
		}
		now.Points = append(now.Points, points(samples.First, samples.Values[i], now.From, last))
		now.Rows = append(now.Rows, reader.figure(series, samples.Values[i], limits[i]))
	}
	for _, t := range s.Chart.Troubles() {
		now.Troubles = append(now.Troubles, reader.trouble(t, lastSecond))
	}
	now.State = reader.state(len(now.Troubles))
	host, _, err := net.SplitHostPort(host)
	if err != nil {
		host = "localhost"
	}
	for _, m := range s.Most(mostWatched) {
		tcp := m.Watchers[wire.TCP] + m.Watchers[wire.TCPIDs]
		now.Matches = append(now.Matches, watchedRow{
			Address:  s.Match(host, m.Info.ID),
			Names:    [2]string{s.Names(m.Info.Home), s.Names(m.Info.Visit)},
			Score:    strconv.Itoa(m.Score[0]) + "–" + strconv.Itoa(m.Score[1]),
			Watchers: reader.number(float64(m.All()), vitals.Count),
			TCP:      reader.number(float64(tcp), vitals.Count),
			SSE:      reader.number(float64(m.Watchers[wire.SSE]), vitals.Count),
			WS:       reader.number(float64(m.Watchers[wire.WebSocket]), vitals.Count),
		})
	}
	return now
}

// points from one to another, of samples that begin with second first.
func points(first int64, samples []float32, from, to int64) []point {
	all := make([]point, to-from+1)
	for i := range all {
		all[i] = point(math.NaN())
	}
	for i, v := range samples {
		at := (first+int64(i))/samplesAPoint - from
		if at >= 0 && at < int64(len(all)) && !math.IsNaN(float64(v)) && !(float64(all[at]) >= float64(v)) {
			all[at] = point(v)
		}
	}
	return all
}

// figure of a series: its newest value, and what is worth saying beside it.
func (r reader) figure(s vitals.Series, samples []float32, limit float64) figure {
	f := figure{Now: r.number(newest(s.Unit, samples), s.Unit)}
	var peak, sum float64
	for _, v := range samples {
		if v := float64(v); !math.IsNaN(v) {
			peak, sum = max(peak, v), sum+v*vitals.Every.Seconds()
		}
	}
	f.Rest = peak == 0
	switch {
	case s.Unit == vitals.Switch:
	case s.Note == vitals.Limit && limit > 0:
		f.Note = r.Say("node.of", "value", r.number(limit, s.Unit))
	case f.Rest:
	case s.Note == vitals.Total:
		f.Note = r.Say("node.in_all", "value", r.number(math.Round(sum), vitals.Count))
	default:
		f.Note = r.Say("node.peak", "value", r.number(peak, s.Unit))
	}
	return f
}

// newest value: of a rate its mean over a few seconds, for what comes in bursts
// could not be read else.
func newest(u vitals.Unit, samples []float32) float64 {
	recent := samples[max(0, len(samples)-1):]
	if u == vitals.Rate || u == vitals.Stream || u == vitals.Cores {
		recent = samples[max(0, len(samples)-samplesAPoint):]
	}
	sum, known := 0.0, 0.0
	for _, v := range recent {
		if v := float64(v); !math.IsNaN(v) {
			sum, known = sum+v, known+1
		}
	}
	return sum / known // none: NaN
}

// trouble in words.
func (r reader) trouble(t vitals.Trouble, second int64) troubleText {
	var facts []string
	for _, f := range t.Facts {
		facts = append(facts, f.Name, r.number(f.Value, f.Unit))
	}
	return troubleText{Grave: t.Grave, What: r.Say("node.wrong_"+t.Name, facts...), Do: r.Say("node.do_"+t.Name, facts...),
		Since: r.Say("node.since", "time", r.span(float64(second-t.Since)))}
}

func (r reader) state(troubles int) string {
	switch troubles {
	case 0:
		return r.Say("node.well")
	case 1:
		return r.Say("node.one_trouble")
	}
	return r.Say("node.troubles", "number", strconv.Itoa(troubles))
}

// span is a time that passes, in its two largest units.
func (r reader) span(seconds float64) string {
	d := time.Duration(max(0, seconds)) * time.Second
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days > 0:
		return strconv.Itoa(days) + " d " + strconv.Itoa(hours) + " h"
	case hours > 0:
		return strconv.Itoa(hours) + " h " + strconv.Itoa(minutes) + " min"
	case minutes > 0:
		return strconv.Itoa(minutes) + " min"
	}
	return strconv.Itoa(int(d.Seconds())) + " s"
}
