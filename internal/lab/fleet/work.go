package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"matchstream/internal/lab"
)

// worker carries a part of a crowd for who is at the other end of a link.
type worker struct {
	link  *link
	inner lab.Carrier
	room  int
	now   func() time.Time

	left context.Context // ends when all are to leave, whether that is waited for already or not
	wait sync.WaitGroup  // all that goes on beside the link
	mu   struct {
		sync.Mutex
		crowd              lab.Crowd
		gathered, finished bool
	}
}

// work until the other end has had enough, or is gone: then the crowd is ended. An
// error is one of the link.
func (w *worker) work(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	left, haveLeave := context.WithCancelCause(ctx)
	w.left = left
	defer w.wait.Wait()
	defer cancel()
	defer haveLeave(nil)
	defer w.link.close()
	defer context.AfterFunc(ctx, func() { w.link.close() })()
	if err := w.link.send(message{Kind: greet, Hello: &hello{Version: version, Room: w.room}}); err != nil {
		return err
	}
	for {
		m, err := w.link.receive()
		switch {
		case errors.Is(err, io.EOF) || ctx.Err() != nil || m.Kind == stop:
			return nil
		case err != nil:
			return err
		case m.Kind == clock: // at once: it is to be told as exactly as can be
			w.link.send(message{Kind: clock, ID: m.ID, Time: w.now().UnixNano()})
		case m.Kind == leave:
			var why error
			if m.Quiet > 0 {
				why = lab.ErrQuiet
			}
			haveLeave(why)
		default:
			w.wait.Go(func() { w.answer(ctx, m) })
		}
	}
}

// answer a question that may take its time. That the answer cannot be sent is seen by
// who receives.
func (w *worker) answer(ctx context.Context, m message) {
	a := message{Kind: m.Kind, ID: m.ID}
	var err error
	switch m.Kind {
	case gather:
		err = w.gather(ctx, m.Plan)
	case count:
		if crowd := w.crowd(); crowd != nil {
			a.Tally = crowd.Tally()
		} else {
			err = errNobody
		}
	case finish:
		a.Tally, err = w.finish(m)
	default:
		err = errors.New("expected clock, gather, tally, finish, leave or stop, not " + string(m.Kind))
	}
	if err != nil {
		a.Error = err.Error()
	}
	w.link.send(a)
	if m.Kind == gather && err == nil {
		select {
		case <-w.crowd().Settled():
			w.link.send(message{Kind: settled})
		case <-ctx.Done():
		}
	}
}

var errNobody = errors.New("expected a crowd to be gathered before")

func (w *worker) crowd() lab.Crowd {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mu.crowd
}

func (w *worker) gather(ctx context.Context, p *lab.Plan) error {
	w.mu.Lock()
	again := w.mu.gathered
	w.mu.gathered = true
	w.mu.Unlock()
	if p == nil || again {
		return errors.New("expected one plan")
	}
	if p.Users < 0 || p.Stalled < 0 || p.Users > w.room || p.Stalled > w.room-p.Users {
		return fmt.Errorf("expected at most %d users, got %d and %d who stall", w.room, p.Users, p.Stalled)
	}
	crowd, err := w.inner.Gather(ctx, *p)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mu.crowd = crowd
	return nil
}

// finish waits for the end, or for being told to leave.
func (w *worker) finish(m message) (*lab.Tally, error) {
	w.mu.Lock()
	crowd, again := w.mu.crowd, w.mu.finished
	w.mu.finished = true
	w.mu.Unlock()
	if crowd == nil || again {
		return nil, errNobody
	}
	return crowd.Finish(w.left, m.Last, m.Quiet)
}
