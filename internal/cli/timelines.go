package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"matchstream/internal/match"
)

// timelineSuffix is what the names of timelines in a folder end in.
const timelineSuffix = ".ndjson"

// readTimelines reads files and folders, and checks the form of all. Those of a
// folder come by date, then name. All that is wrong is told at once.
func readTimelines(paths []string) ([]match.Timeline, error) {
	var all []match.Timeline
	var wrong []error
	for _, path := range paths {
		some, err := readPath(path)
		if err != nil {
			wrong = append(wrong, err)
		}
		all = append(all, some...)
	}
	return all, errors.Join(wrong...)
}

func readPath(path string) ([]match.Timeline, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		t, err := readTimeline(path)
		return []match.Timeline{t}, err
	}
	return readFolder(path)
}

// readFolder reads a folder's timelines, not those of folders in it.
func readFolder(folder string) ([]match.Timeline, error) {
	entries, err := os.ReadDir(folder) // by name
	if err != nil {
		return nil, err
	}
	var all []match.Timeline
	var wrong []error
	for _, e := range entries {
		// What begins with a dot is the beginning of a file that was never
		// finished: see writeWhole.
		if !isTimeline(e) {
			continue
		}
		t, err := readTimeline(filepath.Join(folder, e.Name()))
		if err != nil {
			wrong = append(wrong, err)
		}
		all = append(all, t)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: expected timelines in the folder, files called *%s; there are none", folder, timelineSuffix)
	}
	slices.SortStableFunc(all, func(a, b match.Timeline) int { return cmp.Compare(a.Date, b.Date) })
	return all, errors.Join(wrong...)
}

func isTimeline(e os.DirEntry) bool {
	return !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && strings.HasSuffix(e.Name(), timelineSuffix)
}

func readTimeline(name string) (match.Timeline, error) {
	f, err := os.Open(name)
	if err != nil {
		return match.Timeline{}, err
	}
	defer f.Close()
	t, err := match.ReadTimeline(f)
	if err != nil {
		return t, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}
