package doctor

import (
	"fmt"
	"io/fs"
	"os"
)

// Host is what is looked at.
type Host struct {
	// Files from its root: proc, sys, etc, usr, run.
	Files fs.FS
	// Page is how many bytes a page of memory has. 0: not known; 4096 is assumed, and said.
	Page int64
	// Synchronized asks the kernel whether something keeps its clock right; nil: it
	// cannot be asked.
	Synchronized func() (bool, error)
}

// Here is the host that this program runs on.
func Here() Host {
	return Host{Files: os.DirFS("/"), Page: int64(os.Getpagesize()), Synchronized: synchronized}
}

// Collected is a host whose files lie below a folder, as they did below its root. Links
// that lead out of it are not followed. Whoever is done with it calls the second result.
func Collected(folder string) (Host, func() error, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return Host{}, nil, err
	}
	return Host{Files: root.FS()}, root.Close, nil
}

// Question is what the host is to be good for.
type Question struct {
	Watchers int   // at once, 1 or more
	TLS      bool  // all of them by TLS that the server ends itself
	PID      int   // of the process to judge; 0: a server that is started from here
	Ports    []int // that the server listens on; none: the usual, or those that the process has
}

// of says who is judged.
func (p *patient) of() string {
	if p.PID == 0 {
		return "a server that is started from here"
	}
	name, err := p.text(p.own("comm"))
	if err != nil {
		return fmt.Sprintf("process %d", p.PID)
	}
	return fmt.Sprintf("process %d (%s)", p.PID, name)
}
