package node_test

import (
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/node"
	"matchstream/internal/vitals"
	"matchstream/internal/words"
)

// TestEveryRowHasWords, and every trouble, with the facts that they ask for;
// and there is no word for what there is not.
func TestEveryRowHasWords(t *testing.T) {
	chart := start(t, config(t)).Chart()
	asked := map[string]bool{}
	say := func(l *words.Language, key string, facts ...string) {
		asked[key] = true
		if l.Say("node."+key, facts...) == "" {
			t.Errorf("%s: no text for %s, or not with %v", l.Code, key, facts)
		}
	}
	for _, l := range words.Languages() {
		for _, s := range chart.Series() {
			if s.Panel != "" {
				say(l, s.Name)
				say(l, "panel_"+s.Panel)
			}
		}
		for _, r := range chart.Rules() {
			var facts []string
			if r.Facts != nil {
				facts = []string{"value", "1", "of", "2"}
			}
			say(l, "wrong_"+r.Name, facts...)
			say(l, "do_"+r.Name, facts...)
		}
	}
	var pages strings.Builder // what they ask for
	for _, pattern := range []string{"pages/node.html", "*.go"} {
		found, err := filepath.Glob(filepath.Join("..", "web", pattern))
		if err != nil || found == nil {
			t.Fatal(pattern, err)
		}
		for _, name := range found {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			pages.Write(b)
		}
	}
	var known struct{ Node map[string]string }
	if err := json.Unmarshal(words.English.JSON("node"), &known); err != nil {
		t.Fatal(err)
	}
	for key := range known.Node {
		if !asked[key] && !strings.Contains(pages.String(), `"node.`+key+`"`) {
			t.Errorf("nobody asks for %s", key)
		}
	}
}

// healthy are the values of a node with which all is well; limits are what
// they can be at most.
var (
	healthy = map[string]float64{"store_writable": 1, "store_free": 80e9, "watchers": 9000, "descriptors": 9500, "last_watcher": 0.02,
		"append": 0.004, "cpu": 1.2, "memory": 200e6, "gc_pause": 0.0005, "close_too_slow": 1, "yielded": 1, "append_half": math.NaN()}
	limits = map[string]float64{"watchers": 20_000, "descriptors": 20_500, "cpu": 2, "memory": 1e9}
)

// TestTroubles: each is told for these values, and no other with it.
func TestTroubles(t *testing.T) {
	names := start(t, config(t)).Chart().Series()
	told := map[string]bool{}
	for _, c := range []struct {
		values map[string]float64
		want   string  // names of the troubles
		value  float64 // of the first's first fact
	}{
		{nil, "", 0},
		{map[string]float64{"last_watcher": math.NaN(), "append": math.NaN()}, "", 0},
		{map[string]float64{"store_replaced": 1, "draining": 1}, "replaced", 0},
		{map[string]float64{"store_was_replaced": 90}, "was_replaced", 90},
		{map[string]float64{"store_stale": 7}, "stale", 7},
		{map[string]float64{"store_writable": 0}, "unwritable", 0},
		{map[string]float64{"store_writable": 0, "store_free": 60 << 20}, "disk_full", 60 << 20},
		{map[string]float64{"store_writable": 0, "removed": 1, "store_stale": 7}, "removed", 0},
		{map[string]float64{"store_writable": 0, "removed": 1, "store_free": 60 << 20, "replicas_missing": 1}, "removed", 0},
		{map[string]float64{"replicas_missing": 1, "replicas": 2}, "replicas_missing", 2},
		{map[string]float64{"store_free": 60 << 20}, "disk_low", 60 << 20},
		{map[string]float64{"store_free": 65 << 20}, "disk_low", 65 << 20},
		{map[string]float64{"watchers": 19_000}, "nearly_full", 0.95},
		{map[string]float64{"refused_full": 2, "watchers": 20_000, "descriptors": 20_100}, "full", 40},
		{map[string]float64{"starved": 1}, "starved", 20},
		{map[string]float64{"descriptors": 20_090}, "descriptors", 0.98},
		{map[string]float64{"last_watcher": 1.2}, "late", 1.2},
		{map[string]float64{"panics": 0.1}, "panics", 2},
		{map[string]float64{"damaged": 3}, "damaged", 3},
		{map[string]float64{"certificates_missing": 2}, "certificates_missing", 2},
		{map[string]float64{"certificate_broken": 1}, "certificate_broken", 0},
		{map[string]float64{"certificate_old": 1}, "certificate_old", 0},
		{map[string]float64{"append": 0.2}, "slow_disk", 0.2},
		{map[string]float64{"memory": 950e6}, "memory", 0.95},
		{map[string]float64{"cpu": 3.8}, "cpu", 3.8 * 20 / 30 / 2}, // of the last 30 s
		{map[string]float64{"gc_pause": 0.06}, "gc_pause", 0.06},
		{map[string]float64{"close_too_slow": 31}, "slow_clients", 620},
		{map[string]float64{"yielded": 31}, "idlers", 620},
		{map[string]float64{"log_lost": 1}, "log_lost", 20},
		{map[string]float64{"draining": 1}, "draining", 0},
		{map[string]float64{"same_name": 1}, "same_name", 0},
		{map[string]float64{"lagging": 1}, "lagging", 0},
		{map[string]float64{"risk_replica": 1}, "risk_replica", 0},
		{map[string]float64{"risk_not_kept": 1, "damaged": 1, "draining": 1}, "damaged risk_not_kept draining", 1},
		{map[string]float64{"risk_not_written": 1}, "risk_not_written", 0},
		{map[string]float64{"risk_evicts": 1}, "risk_evicts", 0},
		{map[string]float64{"risk_synced_late": 1}, "risk_synced_late", 0},
		{map[string]float64{"risk_sync_pauses": 1}, "risk_sync_pauses", 0},
		{map[string]float64{"risk_replicas_behind": 1}, "risk_replicas_behind", 0},
		{map[string]float64{"risk_log_grows": 1}, "risk_log_grows", 0},
		{map[string]float64{"risk_not_known": 1}, "risk_not_known", 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			chart := vitals.New()
			for _, s := range names {
				s.Read = vitals.Gauge(func() float64 {
					if v, ok := c.values[s.Name]; ok {
						return v
					}
					return healthy[s.Name]
				})
				s.Of = func() float64 { return limits[s.Name] }
				chart.Add(s)
			}
			chart.Watch(node.Troubles()...)
			chart.Start()
			time.Sleep(20*vitals.Every + time.Millisecond)
			chart.Close()
			var got []string
			for _, r := range chart.Troubles() {
				got = append(got, r.Name)
				told[r.Name] = true
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%v: %v, want %s", c.values, got, c.want)
				return
			}
			if all := chart.Troubles(); c.value != 0 && math.Abs(all[0].Facts[0].Value-c.value) > 1e-6*c.value {
				t.Errorf("%s: the value is %v, want %v", c.want, all[0].Facts[0].Value, c.value)
			}
		})
	}
	for _, r := range node.Troubles() {
		if !told[r.Name] {
			t.Errorf("no values of this test tell %s", r.Name)
		}
	}
}

// TestFreeSpaceIsOfNow: a disk that fills is full on the page at once, and not
// broken until somebody looks again.
func TestFreeSpaceIsOfNow(t *testing.T) {
	c := config(t)
	c.Clock = func() time.Time { return time.Unix(1e9, 0) } // nothing that is kept grows old
	all := start(t, c).Chart().Series()
	free := all[slices.IndexFunc(all, func(s vitals.Series) bool { return s.Name == "store_free" })].Read
	f, err := os.Create(filepath.Join(c.Data, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for before := free(1); free(1) == before; {
		if _, err := f.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
		if at, _ := f.Seek(0, io.SeekCurrent); at > 64<<20 {
			t.Fatalf("%v are free, whatever is written", before)
		}
	}
}

// TestANodeIsWell: a node that has just begun has samples and no trouble.
func TestANodeIsWell(t *testing.T) {
	n := start(t, config(t))
	for n.Chart().Since(0).Last < 1 {
		runtime.Gosched()
	}
	status, body := get(t, "http://"+n.AdminAddr()+"/node/samples?lang=es")
	var now struct {
		State    string
		Troubles []struct{ What string }
		Rows     []struct{ Now string }
	}
	if err := json.Unmarshal([]byte(body), &now); err != nil || status != 200 {
		t.Fatal(status, err)
	}
	for _, trouble := range now.Troubles {
		if !strings.Contains(trouble.What, "disco") && !strings.Contains(trouble.What, "procesadores") { // this machine may be small, or busy
			t.Errorf("a node that does nothing says: %s", trouble.What)
		}
	}
	if len(now.Troubles) == 0 && now.State != "Todo está bien" || len(now.Rows) < 40 {
		t.Errorf("%s; %d rows", now.State, len(now.Rows))
	}
}

// BenchmarkASecond is what a second of the chart's costs a node, but for
// keeping what was read (vitals.BenchmarkTick).
func BenchmarkASecond(b *testing.B) {
	c := config(b)
	n, err := node.Start(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	defer n.Shutdown(b.Context())
	all := n.NewChart().Series()
	for _, s := range all {
		s.Read(0)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range all {
			s.Read(1)
		}
	}
}
