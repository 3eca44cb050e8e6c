package web

import (
	"encoding/json"
	"html"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/vitals"
	"matchstream/internal/wire"
	"matchstream/internal/words"
)

// nodeWorld is the page of a node that the test makes up.
type nodeWorld struct {
	testing.TB
	http.Handler
	chart    *vitals.Chart
	nodes    []OtherNode
	watchers atomic.Int64
	late     atomic.Bool
	guard    func(http.Handler) http.Handler
}

func newNodeWorld(t testing.TB, tell ...func(*nodeWorld)) *nodeWorld {
	w := &nodeWorld{TB: t, chart: vitals.New()}
	for _, f := range tell {
		f(w)
	}
	w.watchers.Store(1234)
	c := w.chart
	c.Add(
		vitals.Series{Name: "watchers", Panel: "now", Note: vitals.Limit, Of: func() float64 { return 20_000 },
			Read: vitals.Gauge(func() float64 { return float64(w.watchers.Load()) })},
		vitals.Series{Name: "last_watcher", Panel: "now", Unit: vitals.Duration, Read: vitals.Gauge(func() float64 {
			if w.late.Load() {
				return 1.5
			}
			return 0.0041
		})},
		vitals.Series{Name: "appends", Panel: "store", Unit: vitals.Rate, Note: vitals.Total, Read: vitals.Gauge(func() float64 { return 2 })},
		vitals.Series{Name: "append", Panel: "store", Unit: vitals.Duration, Read: vitals.Gauge(math.NaN)},
		vitals.Series{Name: "store_writable", Panel: "store", Unit: vitals.Switch, Read: vitals.Gauge(func() float64 { return 1 })},
		vitals.Series{Name: "draining", Unit: vitals.Switch, Read: vitals.Gauge(func() float64 { return 0 })},
	)
	c.Watch(vitals.Rule{Name: "late", Grave: true, Holds: func(v vitals.Values) bool { return v.Now("last_watcher") > 1 },
		Facts: func(v vitals.Values) []vitals.Fact {
			return []vitals.Fact{{Name: "value", Value: v.Now("last_watcher"), Unit: vitals.Duration}}
		}})
	names := map[string]string{"odd": hostile, "rtl": "الاتحاد"}
	w.Handler = NewNode(NodeOptions{Chart: c, Name: "node-1", Version: "1.2", Nodes: func() []OtherNode { return w.nodes }, Guard: w.guard, Clock: func() time.Time { return noon },
		Names: func(id string) string { return names[id] },
		Match: func(host, id string) string { return "http://" + host + ":8888/match/" + id },
		Most: func(n int) []live.Watched {
			m := live.Watched{Summary: live.Summary{Info: match.Info{ID: "odd-rtl-2022-12-18", Home: "odd", Visit: "rtl"}, Score: [2]int{2, 1}}}
			m.Watchers[wire.TCP], m.Watchers[wire.TCPIDs], m.Watchers[wire.SSE] = 1000, 34, 200
			return []live.Watched{m}[:min(n, 1)]
		}})
	return w
}

func (w *nodeWorld) get(path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.Host = "localhost:8889"
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, r)
	return answer
}

// samples asked for, as JSON.
func (w *nodeWorld) samples(query string) (now nodeNow) {
	w.Helper()
	a := w.get("/node/samples" + query)
	if a.Code != 200 || a.Header().Get("Content-Type") != "application/json" || a.Header().Get("Cache-Control") != "no-store" {
		w.Fatalf("%d %v", a.Code, a.Header())
	}
	text := strings.ReplaceAll(a.Body.String(), "null", "-1")
	if err := json.Unmarshal([]byte(text), &now); err != nil {
		w.Fatal(err)
	}
	return now
}

// inABubble runs f with a chart that samples, seconds being none.
func inABubble(t *testing.T, f func(*nodeWorld)) {
	synctest.Test(t, func(t *testing.T) {
		w := newNodeWorld(t)
		w.chart.Start()
		defer w.chart.Close()
		time.Sleep(time.Millisecond) // behind the ticks, from now on
		f(w)
	})
}

func TestNodeGolden(t *testing.T) {
	inABubble(t, func(w *nodeWorld) {
		time.Sleep(60 * time.Second)
		w.watchers.Store(12_345)
		time.Sleep(20 * time.Second)
		golden(t, "node.html", w.get("/node").Body.String())
		w.late.Store(true)
		time.Sleep(70 * time.Second)
		golden(t, "node-late-es.html", w.get("/node?lang=es").Body.String())
	})
	w := newNodeWorld(t, func(w *nodeWorld) { w.guard = shut })
	golden(t, "node-shut.html", w.get("/node").Body.String())
}

// shut lets nobody in.
func shut(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
}

// TestNothingIsToldWithoutAToken: the page that anybody gets has no number and
// no name in it, and every question for them goes by the guard.
func TestNothingIsToldWithoutAToken(t *testing.T) {
	w := newNodeWorld(t, func(w *nodeWorld) { w.guard = shut })
	body := w.get("/node").Body.String()
	for _, secret := range []string{"node-1", "1.2<", "1234", "20 k", "odd-rtl", "الاتحاد", "up\">0"} {
		if strings.Contains(body, secret) {
			t.Errorf("the page tells %q", secret)
		}
	}
	for _, path := range []string{"/node/samples", "/node/samples?since=1", "/node/../node/samples"} {
		if a := w.get(path); a.Code == 200 || strings.Contains(a.Body.String(), "1234") {
			t.Errorf("%s: %d %s", path, a.Code, a.Body)
		}
	}
	if a := w.get("/assets/node.0123456789ab.js"); a.Code != 200 {
		t.Errorf("the script of the page: %d", a.Code)
	}
}

func TestNodeAnswers(t *testing.T) {
	w := newNodeWorld(t)
	w.chart.Start()
	defer w.chart.Close()
	for path, status := range map[string]int{"/": 302, "/node": 200, "/node/samples": 200, "/node/samples?since=x&run=y": 200,
		"/node/samples?since=-9223372036854775808": 200, "/node/samples?since=9223372036854775807": 200,
		"/node/": 404, "/match/x": 404, "/assets/none": 404} {
		a := w.get(path)
		if a.Code != status || a.Header().Get("Content-Security-Policy") != policy {
			t.Errorf("%s: %d, %q", path, a.Code, a.Header().Get("Content-Security-Policy"))
		}
	}
	if to := w.get("/?lang=es").Header().Get("Location"); to != "/node?lang=es" {
		t.Errorf("/ leads to %s", to)
	}
	r := httptest.NewRequest("POST", "/node/samples", nil)
	a := httptest.NewRecorder()
	w.ServeHTTP(a, r)
	if a.Code != 405 {
		t.Errorf("POST: %d", a.Code)
	}
}

// TestPointsGoOn: what a page gathers by asking again and again is what one
// gets who asks for all.
func TestPointsGoOn(t *testing.T) {
	inABubble(t, func(w *nodeWorld) {
		var mine []point
		next, run := int64(0), ""
		for _, pause := range []int{1, 1, 3, 1, 5, 12, 1, 700, 1, 300, 2000, 4} {
			for i := range pause {
				w.watchers.Add(int64(i%7) - 3)
				time.Sleep(time.Second)
			}
			now := w.samples("?run=" + run + "&since=" + itoa(max(next-1, 0)))
			if now.Run != run {
				mine, run = nil, now.Run
				next = now.From
			}
			known := int(next - now.From)
			if known > 1 || known < 0 && len(mine) > 0 && pause < 900 {
				t.Fatalf("%d points are told anew", known)
			}
			mine = append(mine[:len(mine)-max(known, 0)], now.Points[0]...)
			mine = mine[max(0, len(mine)-pointsKept):]
			next = now.From + int64(len(now.Points[0]))
			all := w.samples("")
			if len(all.Points[0]) != len(mine) {
				t.Fatalf("%d points, want %d", len(mine), len(all.Points[0]))
			}
			for i, p := range all.Points[0] {
				if p != mine[i] {
					t.Fatalf("point %d of %d is %v, want %v", i, len(mine), mine[i], p)
				}
			}
		}
		if again := w.samples("?run=another&since=" + itoa(next)); len(again.Points[0]) != len(mine) {
			t.Errorf("after a restart %d points are told", len(again.Points[0]))
		}
	})
}

func itoa(n int64) string { return strings.TrimSpace(string(jsonNumber(n))) }

func jsonNumber(n int64) []byte { b, _ := json.Marshal(n); return b }

// TestNodeIsSafe: no style or script in the page, and names stay text.
func TestNodeIsSafe(t *testing.T) {
	inABubble(t, func(w *nodeWorld) {
		w.late.Store(true)
		time.Sleep(30 * time.Second)
		w.guard = nil
		for _, path := range []string{"/node", "/node?lang=es", "/none"} {
			a := w.get(path)
			body := a.Body.String()
			if found := regexp.MustCompile(`(?i)\s(style|on\w+)=|<style|javascript:|<form[^>]* action`).FindString(body); found != "" {
				t.Errorf("%s: %s", path, found)
			}
			for _, found := range script.FindAllStringSubmatch(body, -1) {
				if !strings.Contains(found[1], ` src="/assets/`) || found[2] != "" {
					t.Errorf("%s: a script in the page: %s", path, found[0])
				}
			}
			if strings.HasPrefix(path, "/node") && !strings.Contains(html.UnescapeString(body), "<bdi>"+hostile+"</bdi>") {
				t.Errorf("%s does not show the name", path)
			}
		}
	})
}

func TestNumbers(t *testing.T) {
	english, spanish := reader{Language: words.English}, reader{Language: words.Spanish}
	for _, c := range []struct {
		value float64
		unit  vitals.Unit
		want  string
	}{
		{0, vitals.Count, "0"}, {9, vitals.Count, "9"}, {9999, vitals.Count, "9999"}, {12_345, vitals.Count, "12.3 k"},
		{999_499, vitals.Count, "999 k"}, {999_600, vitals.Count, "1 M"}, {1_234_567, vitals.Count, "1.2 M"}, {5e9, vitals.Count, "5 G"}, {5e13, vitals.Count, "50000 G"},
		{0, vitals.Rate, "0"}, {0.2, vitals.Rate, "0.20/s"}, {5.003, vitals.Rate, "5/s"}, {99.96, vitals.Rate, "100/s"}, {38_100, vitals.Rate, "38.1 k/s"},
		{0, vitals.Bytes, "0 B"}, {999, vitals.Bytes, "999 B"}, {999.7, vitals.Bytes, "1000 B"}, {38_000, vitals.Bytes, "38 kB"}, {67_108_864, vitals.Bytes, "67.1 MB"},
		{1_500_000, vitals.Stream, "1.5 MB/s"},
		{0, vitals.Duration, "0 s"}, {0.000_25, vitals.Duration, "250 µs"}, {0.0041, vitals.Duration, "4.1 ms"}, {0.1, vitals.Duration, "100 ms"},
		{1.25, vitals.Duration, "1.2 s"}, {90, vitals.Duration, "90 s"}, {900, vitals.Duration, "15 min"},
		{0.974, vitals.Share, "97 %"}, {0.999, vitals.Share, "99 %"}, {1, vitals.Share, "100 %"},
		{1.84, vitals.Cores, "1.8"}, {1, vitals.Switch, "yes"}, {0, vitals.Switch, "no"},
		{math.NaN(), vitals.Count, none}, {math.Inf(1), vitals.Bytes, none},
	} {
		if got := english.number(c.value, c.unit); got != c.want {
			t.Errorf("%v (%d): %q, want %q", c.value, c.unit, got, c.want)
		}
	}
	if got := spanish.number(12_345, vitals.Count); got != "12,3 k" {
		t.Errorf("in Spanish: %q", got)
	}
	for seconds, want := range map[float64]string{0: "0 s", 59: "59 s", 61: "1 min", 3700: "1 h 1 min", 200_000: "2 d 7 h"} {
		if got := english.span(seconds); got != want {
			t.Errorf("%v seconds: %q, want %q", seconds, got, want)
		}
	}
}

func TestSpark(t *testing.T) {
	no := point(math.NaN())
	for _, c := range []struct {
		points     []point
		line, area string
	}{
		{nil, "", ""},
		{[]point{no, no}, "", ""},
		{[]point{0, 0, 0, 0}, "M176 31L179 31", "M176 32L176 31L179 31L179 32Z"},
		{[]point{0, 10, 5}, "M177 31L178 2L179 16.5", "M177 32L177 31L178 2L179 16.5L179 32Z"},
		{[]point{5, no, 10, 10, no}, "M175 16.5h0M177 2L178 2", "M175 32L175 16.5M177 32L177 2L178 2L178 32Z"},
	} {
		if got := draw(c.points); got.Line != c.line || got.Area != c.area {
			t.Errorf("%v: %+v", c.points, got)
		}
	}
}
