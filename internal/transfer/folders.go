package transfer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"matchstream/internal/store/embedded"
)

// A copy of a folder is made in a folder of its own inside of the new one, and
// moved up when it is whole, the file VERSION last: until then no server takes
// it for a store. What is copied from is a snapshot of files, since opening a
// store changes it:
//
//	to/unfinished-copy/from    the snapshot
//	to/unfinished-copy/store   the copy
const unfinished = embedded.UnfinishedCopy

// Folders copies the store in one folder to another, with all that lies beside
// it (the operator's token). from is not changed, and must not be in use. to
// must be new or empty, an unfinished copy of from, or a store to which
// something of from is missing.
func Folders(ctx context.Context, from, to string, log *slog.Logger, o Options) (*Report, error) {
	if err := checkFolders(from, to); err != nil {
		return nil, err
	}
	inside, existed := filepath.Join(to, unfinished), isThere(to)
	snapshot, target := filepath.Join(inside, "from"), filepath.Join(inside, "store")
	if err := moveOn(target, to); err != nil {
		return nil, err
	}
	fresh := !embedded.Holds(to)
	if !fresh {
		target = to
		defer os.RemoveAll(inside) // nothing is unfinished there
	}
	if err := os.MkdirAll(inside, 0o750); err != nil {
		return nil, err
	}
	defer os.RemoveAll(snapshot)
	err := os.RemoveAll(snapshot) // of a copy that was killed
	if err == nil {
		err = embedded.Snapshot(from, snapshot)
	}
	if err != nil {
		if os.RemoveAll(snapshot); !isThere(target) {
			os.Remove(inside)
		}
		if !existed {
			os.Remove(to) // if it is empty
		}
		return nil, err
	}
	report, err := stores(ctx, snapshot, target, fresh, log, o)
	if err == nil {
		err = copyOthers(from, to, fresh)
	}
	if err == nil && fresh {
		err = moveUp(target, to)
	}
	if err == nil {
		err = os.RemoveAll(inside)
	}
	if err != nil {
		return nil, fmt.Errorf("copy to %s: %w", to, err)
	}
	return report, nil
}

// stores opens both and copies. fresh: the target is worth nothing before it is
// whole.
func stores(ctx context.Context, from, to string, fresh bool, log *slog.Logger, o Options) (report *Report, err error) {
	source, err := embedded.Open(ctx, embedded.Options{Dir: from, Log: log, Bulk: true})
	if err != nil {
		return nil, err
	}
	defer source.Close()
	target, err := embedded.Open(ctx, embedded.Options{Dir: to, Log: log, Bulk: fresh})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	return Copy(ctx, source, target, o)
}

// checkFolders says what is wrong with the two before anything is touched.
func checkFolders(from, to string) error {
	var real [2]string
	for i, dir := range []string{from, to} {
		if isURL(dir) {
			return fmt.Errorf("%s: expected a folder", dir)
		}
		path, err := filepath.Abs(dir)
		if err != nil {
			return err
		}
		if there, err := filepath.EvalSymlinks(path); err == nil {
			path = there
		}
		real[i] = path + string(filepath.Separator)
	}
	if strings.HasPrefix(real[0], real[1]) || strings.HasPrefix(real[1], real[0]) {
		return fmt.Errorf("%s and %s: expected two folders of which none lies in the other", from, to)
	}
	if isThere(filepath.Join(from, unfinished)) && !embedded.Holds(from) {
		return fmt.Errorf("%s is an unfinished copy: finish it first, by the line that began it", from)
	}
	return checkTarget(to)
}

// checkTarget refuses a folder that holds something else.
func checkTarget(to string) error {
	entries, err := os.ReadDir(to)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if embedded.Holds(to) || isThere(filepath.Join(to, unfinished)) {
		return nil
	}
	for _, e := range entries {
		if e.Name() != "lost+found" {
			return fmt.Errorf("%s: %w (%s): choose a new or an empty folder", to, ErrOther, e.Name())
		}
	}
	return nil
}

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
