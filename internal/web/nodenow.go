package web

import (
	"cmp"
	"net/url"
	"strconv"

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
	Nodes    []nodeRow     `json:"nodes"`
	Up       string        `json:"up"` // for how long the node has been
	Node     string        `json:"node"`
	Version  string        `json:"version"`
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

func (s *nodeSite) now(reader reader, host string, since int64) nodeNow {
	samples := s.Chart.Since(0)
	lastSecond := max(0, samples.Last)
	last := lastSecond / samplesAPoint
	now := nodeNow{Run: s.run, From: max(since, last-pointsKept+1, 0), Node: s.Name, Version: s.Version,
		Up: reader.span(float64(lastSecond)), Points: [][]point{}, Troubles: []troubleText{}, Matches: []watchedRow{}, Nodes: reader.nodes(s.Nodes)}
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
	host = cmp.Or((&url.URL{Host: host}).Hostname(), "localhost")
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
