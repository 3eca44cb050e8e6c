package nodes

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Program is how this program is started again.
type Program struct {
	Path string   // of the file
	Args []string // from argv[0] on, before the arguments
	Env  []string // beside this process's own
}

const (
	starting = 30 * time.Second // in which a node has to be ready
	stopping = 10 * time.Second // in which one has to end before it is killed
	lastSaid = 10               // lines that are told of a node that did not start
)

// process is a node.
type process struct {
	Node
	cmd  *exec.Cmd
	done chan struct{}
	said said
}

// said are the last lines that a node said on its standard error.
type said struct {
	mu struct {
		sync.Mutex
		lines []string
	}
}

func (s *said) add(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.lines = append(s.mu.lines, line); len(s.mu.lines) > lastSaid {
		s.mu.lines = s.mu.lines[1:]
	}
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.mu.lines, "\n")
}

// start a node, and wait until it is ready. It has inherited open as long as it lives.
func (p Program) start(ctx context.Context, name string, args, env []string, inherited []*os.File, log func(node, line string)) (*process, error) {
	n := &process{Node: Node{Name: name}, done: make(chan struct{})}
	n.cmd = &exec.Cmd{Path: p.Path, Args: append(append([]string{}, p.Args...), args...), Env: append(append(environ(), p.Env...), env...)}
	n.cmd.SysProcAttr, n.cmd.ExtraFiles = alone(), inherited
	stdout, err := n.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	stderr, err := n.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := n.cmd.Start(); err != nil {
		return nil, err
	}
	n.PID = n.cmd.Process.Pid
	addresses := make(chan struct{})
	var reading sync.WaitGroup
	reading.Go(func() { n.announced(stdout, addresses) })
	reading.Go(func() {
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			n.said.add(lines.Text())
			if log != nil {
				log(name, lines.Text())
			}
		}
	})
	go func() {
		reading.Wait()
		n.cmd.Wait()
		close(n.done)
	}()
	ctx, cancel := context.WithTimeout(ctx, starting)
	defer cancel()
	if err := n.ready(ctx, addresses); err != nil {
		n.stop()
		return nil, fmt.Errorf("%w\n%s", err, n.said.String())
	}
	return n, nil
}

// environ is this process's environment, without what serve would take for its flags:
// nodes are what they are said to be, whoever starts them.
func environ() []string {
	return slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "MATCHSTREAM_") })
}

// announced reads where the node is, from what it says at its start.
func (n *process) announced(r io.Reader, known chan struct{}) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		what, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		value = strings.TrimSpace(value)
		switch what {
		case "page":
			n.Server = strings.TrimSuffix(value, "/")
		case "tcp":
			n.Line, _, _ = strings.Cut(value, " ")
		case "admin":
			n.Admin = strings.TrimSuffix(value, "/node")
			close(known)
		}
	}
}

var errEnded = errors.New("it ended before it was ready")

// ready waits until the node has said where it is, and says that it is ready.
func (n *process) ready(ctx context.Context, known chan struct{}) error {
	select {
	case <-known:
	case <-n.done:
		return errEnded
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, n.Server+"/readyz", nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-n.done:
			return errEnded
		case <-ctx.Done():
			return fmt.Errorf("it was not ready within %v", starting)
		}
	}
}

// stop ends the node: gently, and if that takes too long at once.
func (n *process) stop() {
	n.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-n.done:
	case <-time.After(stopping):
		n.cmd.Process.Kill()
		<-n.done
	}
}
