//go:build unix

package node_test

import (
	"os"
	"syscall"
	"testing"
)

// pipeInstead puts a named pipe where a file is. reached waits until somebody
// reads it, who then waits for what is said until end.
func pipeInstead(t *testing.T, path string) (reached func() (end func())) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return func() func() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0) // waits for a reader
		if err != nil {
			t.Fatal(err)
		}
		return func() { f.Close() }
	}
}
