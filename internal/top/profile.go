package top

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"matchstream/internal/client"
)

// cpuTime is how long a CPU profile takes.
const cpuTime = 10 * time.Second

// profile of a node, kind "cpu" or "heap", into a file of its own in a folder; its name.
// An incomplete one leaves no file.
func profile(ctx context.Context, node *client.Client, kind, name, folder string, now time.Time) (file string, bytes int, err error) {
	path := "/debug/pprof/heap"
	if kind == "cpu" {
		path = fmt.Sprintf("/debug/pprof/profile?seconds=%d", int(cpuTime.Seconds()))
	}
	b, err := node.Get(ctx, path, "application/octet-stream")
	if err != nil {
		return "", 0, err
	}
	file = filepath.Join(folder, fmt.Sprintf("%s-%s-%s.pprof", kind, fileName(name), now.UTC().Format("20060102T150405Z")))
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return "", 0, err
	}
	_, err = f.Write(b)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		os.Remove(file) // half of one is of no use
		return "", 0, err
	}
	return file, len(b), nil
}

// fileName is a node's name as part of one.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '.':
			return r
		}
		return '_'
	}, strings.TrimLeft(name, "."))
}
