package nodes

import (
	"os"
	"path/filepath"
	"testing"
)

// there says whether a folder is.
func there(t *testing.T, path string) bool {
	t.Helper()
	_, err := os.Lstat(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return err == nil
}

// A folder is removed by the next lab when nobody has it open any more, and only then.
func TestFolderIsLeft(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	left, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(left.path, "kept"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	second, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	if !there(t, filepath.Join(left.path, "kept")) {
		t.Fatal("one in use was removed")
	}
	left.lock.Close() // as the end of a process does
	third, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	if there(t, left.path) {
		t.Error("one that nobody uses was not removed")
	}
	for _, f := range []folder{second, third} {
		if !there(t, filepath.Join(f.path, lockName)) {
			t.Error("one in use was removed")
		}
		if err := f.remove(); err != nil || there(t, f.path) {
			t.Errorf("it was not removed: %v", err)
		}
	}
}

// What looks like one is not removed: one without a lock (of a lab that has just begun, or
// of somebody else), one that others may write to, and what a link leads to.
func TestFolderIsNoneOfOurs(t *testing.T) {
	temp, elsewhere := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	kept := []string{filepath.Join(temp, "matchstream-lab-new"), filepath.Join(temp, "matchstream-lab-open"), filepath.Join(temp, "matchstream-lab-other.txt"), elsewhere}
	for i, path := range kept {
		var err error
		switch i {
		case 0, 1:
			err = os.Mkdir(path, 0o700)
		case 2:
			err = os.WriteFile(path, nil, 0o600)
		}
		if i == 1 || i == 3 {
			err = os.WriteFile(filepath.Join(path, lockName), nil, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(kept[1], 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(temp, "matchstream-lab-link")); err != nil {
		t.Fatal(err)
	}
	f, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	defer f.remove()
	for _, path := range append(kept, filepath.Join(elsewhere, lockName), filepath.Join(kept[1], lockName)) {
		if !there(t, path) {
			t.Errorf("%s was removed", path)
		}
	}
}
