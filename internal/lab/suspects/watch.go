package suspects

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"
)

// Where is what there is to look at.
type Where struct {
	Proc  string       // "": /proc
	By    *http.Client // asks for metrics; nil: http.DefaultClient
	Nodes []Node       // the servers; none: they cannot be seen
}

// Watch is what was seen of host and servers during one try. It belongs to one goroutine,
// which has it Look about once a second.
type Watch struct {
	where  Where
	looks  []look
	play   int // index of the look with which the events began
	end    int // and of that with which they ended; 0: they have not
	nodes  []watched
	cannot []string
}

// look is at all of them at once; nil is what could not be seen.
type look struct {
	when    time.Time
	host    *hostLook
	servers []*serverLook // by the place in Where.Nodes
	own     *float64      // seconds of CPU that this process has used
}

// NewWatch begins with nothing seen.
func NewWatch(where Where) *Watch {
	if where.Proc == "" {
		where.Proc = "/proc"
	}
	if where.By == nil {
		where.By = http.DefaultClient
	}
	return &Watch{where: where, nodes: make([]watched, len(where.Nodes))}
}

// Look once, at all nodes at the same time: one that answers late delays no other's look.
func (w *Watch) Look(ctx context.Context) {
	l := look{when: time.Now(), servers: make([]*serverLook, len(w.where.Nodes))}
	errs := make([]error, len(w.where.Nodes))
	var asking sync.WaitGroup
	for i := range w.where.Nodes {
		asking.Go(func() { l.servers[i], errs[i] = w.lookAtServer(ctx, i) })
	}
	if h, cannot, err := lookAtHost(w.where.Proc); err == nil {
		l.host = &h
		w.tell(cannot...)
	} else {
		w.tell("the host: " + err.Error())
	}
	if own, err := byProcess("/proc", os.Getpid()); err == nil {
		l.own = &own.cpu
	}
	asking.Wait()
	for i, err := range errs {
		if err != nil && !errors.Is(err, errBlind) && ctx.Err() == nil {
			w.nodes[i].unread++
			w.tell(fmt.Sprintf("%s, at times: %v", w.name(i), err))
		}
	}
	w.looks = append(w.looks, l)
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
