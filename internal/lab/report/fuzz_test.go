package report

import (
	"os"
	"path/filepath"
	"testing"

	"matchstream/internal/lab/record"
)

// Whatever is in a record, it is told, alone and beside itself, and the page and its plots
// are whole.
func FuzzReport(f *testing.F) {
	const begin = `{"line":"begin","format":1,"stage":"bound","when":"2026-07-01T20:00:00Z","args":["-n","3"],"expected":["latency.max<1s"]}` + "\n"
	f.Add(begin + `{"line":"step","users":16,"at-once":4,"took":1,"figures":{"latency.p99":0.1,"latency.max":0.2,"server.cpu":1,"errors.missing":2}}
{"line":"step","users":32,"figures":{"latency.p99":0.3,"http.p99":-1,"server.memory":1e9}}
{"line":"second","at":1e9,"figures":{"users":1,"deliveries":3,"canary.max":0}}
{"line":"found","search":"","nodes":3,"users":16,"limit":{"of":"server"}}
{"line":"finding","code":"missing","text":"a"}
{"line":"end","at":-1}
`)
	f.Add(begin + `{"line":"step","users":10000000000000000,"figures":{"latency.p99":1e16,"latency.max":1e308}}
{"line":"step","users":10000000000000002,"figures":{"latency.p99":10000000000000002,"latency.max":5e-324}}
`)
	f.Fuzz(func(t *testing.T, lines string) {
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, "run.ndjson"), []byte(lines), 0o666))
		run, err := record.Read(dir)
		if err != nil {
			return
		}
		for _, runs := range [][]*record.Run{{run}, {run, run}} {
			r := New(runs, Options{Settings: true, Article: true})
			text(t, r)
			wellFormed(t, "page", html(t, r))
			for _, p := range r.Plots() {
				wellFormed(t, p.Name, p.File())
			}
		}
	})
}
