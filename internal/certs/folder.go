package certs

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
	"github.com/gofrs/flock"
)

// folder is certmagic's own, but for its locks: those are the kernel's, which end
// with whoever holds them. (certmagic's are files that a goroutine touches, some
// seconds longer than it has to.)
type folder struct {
	*certmagic.FileStorage
	mu struct {
		sync.Mutex
		held map[string]*flock.Flock
	}
}

func newFolder(path string) *folder {
	f := &folder{FileStorage: &certmagic.FileStorage{Path: path}}
	f.mu.held = map[string]*flock.Flock{}
	return f
}

// Lock waits until nobody else has it, on this node or one that shares the folder.
func (f *folder) Lock(ctx context.Context, name string) error {
	l, err := f.lockOf(name)
	if err != nil {
		return err
	}
	if _, err := l.TryLockContext(ctx, 250*time.Millisecond); err != nil {
		l.Close()
		return err
	}
	f.hold(name, l)
	return nil
}

// TryLock does not wait.
func (f *folder) TryLock(_ context.Context, name string) (bool, error) {
	l, err := f.lockOf(name)
	if err != nil {
		return false, err
	}
	ok, err := l.TryLock()
	if !ok {
		l.Close()
		return false, err
	}
	f.hold(name, l)
	return true, nil
}

// Unlock is for who has locked it.
func (f *folder) Unlock(_ context.Context, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.mu.held[name]
	delete(f.mu.held, name)
	return l.Unlock()
}

func (f *folder) lockOf(name string) (*flock.Flock, error) {
	file := filepath.Join(f.Path, "locks", certmagic.StorageKeys.Safe(name))
	return flock.New(file), os.MkdirAll(filepath.Dir(file), 0o700)
}

func (f *folder) hold(name string, l *flock.Flock) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mu.held[name] = l
}
