package embedded

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

func TestFolderReadOnly(t *testing.T) {
	dir, err := os.MkdirTemp("", "readonly") // t.TempDir lies in a folder that others cannot enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		// Rights do not stop root: this thread becomes another user to the file system.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := unix.Setfsuid(65534); err != nil {
			t.Fatal(err)
		}
		defer unix.Setfsuid(0) //nolint:errcheck // back to what it was
	}
	refuses(t, dir, "cannot be written", "change its owner or mode")
	refuses(t, filepath.Join(dir, "new"), "cannot be written", "change its owner or mode")
}
