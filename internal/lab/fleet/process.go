package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"matchstream/internal/lab"
)

// patience is how long a child or an agent may take for what takes no time.
const patience = 10 * time.Second

// Carry carries a part of a crowd for the process that has started this one, which
// speaks by standard input and output; inner does the work, nil: this process. It ends
// with that one.
func Carry(ctx context.Context, in io.ReadCloser, out io.WriteCloser, inner lab.Carrier) error {
	if inner == nil {
		inner = own()
	}
	w := &worker{link: newLink(inOut{in, out}, mostBytes), inner: inner, room: ownRoom(), now: time.Now}
	return w.work(ctx)
}

// inOut is two ends as one.
type inOut struct {
	io.ReadCloser
	out io.WriteCloser
}

func (b inOut) Write(p []byte) (int, error) { return b.out.Write(p) }

func (b inOut) Close() error { return errors.Join(b.ReadCloser.Close(), b.out.Close()) }

// self is this program again, as one that carries a part. It is found by its file; its
// name is kept, since some programs do by their name what they do.
func self() *exec.Cmd {
	path, err := os.Executable()
	if err != nil {
		path = os.Args[0]
	}
	return &exec.Cmd{Path: path, Args: []string{os.Args[0], "lab", "carry"}}
}

// start starts a process for a part. It ends with ctx, with its part, and with this
// process.
func (f *Fleet) start(ctx context.Context, name string) (*part, error) {
	cmd := self()
	if f.Command != nil {
		cmd = f.Command()
	}
	said := &tail{}
	cmd.Stderr = said
	alone(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("another process to carry users cannot be started: %w", err)
	}
	p := newPart(name, newLink(inOut{out, in}, mostBytes))
	p.ended = func() error {
		// Its input is closed, so it ends by itself, unless it hangs.
		hangs := time.AfterFunc(patience, func() { cmd.Process.Kill() })
		defer hangs.Stop()
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("it ended with %w %s", err, said)
		}
		return nil
	}
	return p, p.begin(ctx)
}

// tail is the end of what was said.
type tail struct {
	mu sync.Mutex
	b  []byte
}

func (t *tail) Write(b []byte) (int, error) {
	const kept = 2 << 10
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, b...)
	t.b = t.b[max(0, len(t.b)-kept):]
	return len(b), nil
}

// String is what there is, on one line.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(strings.Fields(string(bytes.ToValidUTF8(t.b, nil))), " ")
}
