package suspects

import (
	"strings"
	"time"

	"github.com/prometheus/procfs"

	"matchstream/internal/scrape"
)

// serverLook is one look at the server. What counts up does so since it was started.
type serverLook struct {
	when                         time.Time // when it said this
	started                      float64
	cpu                          float64 // seconds
	processors                   float64
	memory, memoryLimit          float64
	descriptors, mostDescriptors float64
	connections                  float64
	watchers, fit, kept          float64
	refused                      map[string]float64
	starved, yielded             float64
	appends                      scrape.Histogram
}

// noLimit is what Go says for none, or nearly.
const noLimit = 1 << 60

// byMetrics is what a page of metrics says: the names of processes and of Go are those of
// every Prometheus client, the others ours.
func byMetrics(m scrape.Metrics) serverLook {
	v := func(name string) float64 {
		n, _ := m.Value(name)
		return n
	}
	l := serverLook{
		when: m.When, started: v("process_start_time_seconds"), cpu: v("process_cpu_seconds_total"),
		processors: v("matchstream_processors"),
		memory:     v("process_resident_memory_bytes"), memoryLimit: v("go_gc_gomemlimit_bytes"),
		descriptors: v("process_open_fds"), mostDescriptors: v("process_max_fds"),
		connections: v("matchstream_connections"),
		watchers:    v("matchstream_watchers"), fit: v("matchstream_watchers_fit"), kept: v("matchstream_descriptors_kept"),
		refused: m.By("matchstream_refused_total", "reason"),
		starved: v("matchstream_starved_total"), yielded: v("matchstream_yielded_total"),
	}
	if l.processors == 0 {
		l.processors = v("go_sched_gomaxprocs_threads")
	}
	if l.memoryLimit > noLimit {
		l.memoryLimit = 0
	}
	l.appends, _ = m.Histogram("matchstream_append_seconds")
	return l
}

// byProcess is what /proc says of a process of this machine.
func byProcess(root string, pid int) (l serverLook, err error) {
	proc, err := procfs.NewFS(root)
	if err != nil {
		return l, err
	}
	p, err := proc.Proc(pid)
	if err != nil {
		return l, err
	}
	stat, err := p.Stat()
	if err != nil {
		return l, err
	}
	l.when = time.Now()
	l.started, l.cpu, l.memory = float64(stat.Starttime), stat.CPUTime(), float64(stat.ResidentMemory())
	if status, err := p.NewStatus(); err == nil {
		l.processors = float64(len(status.CpusAllowedList))
	}
	if n, err := p.FileDescriptorsLen(); err == nil { // it may belong to another user
		l.descriptors = float64(n)
	}
	if limits, err := p.Limits(); err == nil && limits.OpenFiles < noLimit {
		l.mostDescriptors = float64(limits.OpenFiles)
	}
	return l, nil
}

// name of where a look comes from, without what a URL may have before its host.
func name(url string) string {
	if i := strings.LastIndexByte(url, '@'); i >= 0 {
		return url[i+1:]
	}
	return url
}
