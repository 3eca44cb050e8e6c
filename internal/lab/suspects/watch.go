package suspects

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"

	"matchstream/internal/scrape"
)

// Where is what there is to look at.
type Where struct {
	Proc    string       // "": /proc
	Metrics string       // URL of the server's page of metrics; "": none
	By      *http.Client // asks for it; nil: http.DefaultClient
	PID     int          // of the server on this machine, where there are no metrics; 0: not known
}

// Watch is what was seen of host and server during one try. It belongs to one goroutine,
// which has it Look about once a second.
type Watch struct {
	where   Where
	looks   []look
	play    int            // index of the look with which the events began
	end     int            // and of that with which they ended; 0: they have not
	before  scrape.Metrics // read first
	metrics scrape.Metrics // read last
	cannot  []string
	unread  int
}

// look is at both at once; nil is what could not be seen.
type look struct {
	when   time.Time
	host   *hostLook
	server *serverLook
	own    *float64 // seconds of CPU that this process has used
}

// NewWatch begins with nothing seen.
func NewWatch(where Where) *Watch {
	if where.Proc == "" {
		where.Proc = "/proc"
	}
	if where.By == nil {
		where.By = http.DefaultClient
	}
	return &Watch{where: where}
}

// Look once.
func (w *Watch) Look(ctx context.Context) {
	l := look{when: time.Now()}
	if h, cannot, err := lookAtHost(w.where.Proc); err == nil {
		l.host = &h
		w.tell(cannot...)
	} else {
		w.tell("the host: " + err.Error())
	}
	if own, err := byProcess("/proc", os.Getpid()); err == nil {
		l.own = &own.cpu
	}
	s, err := w.lookAtServer(ctx)
	switch {
	case err == nil:
		l.server = &s
	case !errors.Is(err, errBlind) && ctx.Err() == nil:
		w.unread++
		w.tell(fmt.Sprintf("the server, at times: %v", err))
	}
	w.looks = append(w.looks, l)
}

// errBlind: nobody has said where to look.
var errBlind = errors.New("no metrics and no process are known")

func (w *Watch) lookAtServer(ctx context.Context) (serverLook, error) {
	switch {
	case w.where.Metrics != "":
		m, err := scrape.Get(ctx, w.where.By, w.where.Metrics)
		if err != nil {
			return serverLook{}, err
		}
		if w.metrics = m; w.before.When.IsZero() {
			w.before = m
		}
		return byMetrics(m), nil
	case w.where.PID > 0:
		return byProcess(w.where.Proc, w.where.PID)
	}
	return serverLook{}, errBlind
}

// tell what cannot be told, each once, and not without end.
func (w *Watch) tell(what ...string) {
	for _, one := range what {
		if len(w.cannot) < 10 && !slices.Contains(w.cannot, one) {
			w.cannot = append(w.cannot, one)
		}
	}
}

// Playing is said when the first event is due: means are of the time from then
// until Played, or until now.
func (w *Watch) Playing(ctx context.Context) {
	w.Look(ctx)
	w.play = len(w.looks) - 1
}

// Played is said when the last has happened, and all who watch are still there.
func (w *Watch) Played(ctx context.Context) {
	w.Look(ctx)
	w.end = len(w.looks) - 1
}

// Watchers is how many the server has, as it was seen last; false: not known.
func (w *Watch) Watchers() (n float64, known bool) {
	if len(w.looks) == 0 || w.looks[len(w.looks)-1].server == nil {
		return 0, false
	}
	_, known = w.metrics.Value("matchstream_watchers")
	return w.looks[len(w.looks)-1].server.watchers, known
}

// Metrics are those read first and last; empty, if none were.
func (w *Watch) Metrics() (before, after scrape.Metrics) { return w.before, w.metrics }
