package cli

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"matchstream/internal/match"
	"matchstream/internal/replay"
)

// timelineSuffix is what the names of timelines in a folder end in.
const timelineSuffix = ".ndjson"

// readTimelines checks files and folders: the form of every line. Those of a
// folder come by date, then name. All that is wrong is told at once.
func readTimelines(paths []string) ([]replay.Source, error) {
	var all []replay.Source
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

func readPath(path string) ([]replay.Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return readFolder(path)
	}
	check := checkTimeline
	if !info.Mode().IsRegular() {
		check = holdTimeline
	}
	s, err := check(path)
	return []replay.Source{s}, err
}

// readFolder reads a folder's timelines, not those of folders in it.
func readFolder(folder string) ([]replay.Source, error) {
	entries, err := os.ReadDir(folder) // by name
	if err != nil {
		return nil, err
	}
	var all []replay.Source
	var wrong []error
	for _, e := range entries {
		// What begins with a dot is the beginning of a file that was never
		// finished: see writeWhole.
		if !isTimeline(e) {
			continue
		}
		s, err := checkTimeline(filepath.Join(folder, e.Name()))
		if err != nil {
			wrong = append(wrong, err)
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: expected timelines in the folder, files called *%s; there are none", folder, timelineSuffix)
	}
	slices.SortStableFunc(all, func(a, b replay.Source) int { return cmp.Compare(a.Header.Date, b.Header.Date) })
	return all, errors.Join(wrong...)
}

func isTimeline(e os.DirEntry) bool {
	return !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && strings.HasSuffix(e.Name(), timelineSuffix)
}

// checkTimeline reads a file to see that it can be played, and keeps its header
// only.
func checkTimeline(name string) (replay.Source, error) {
	t, err := readTimeline(name)
	s := replay.Source{Header: t, Events: len(t.Lines), Read: func() (match.Timeline, error) { return readTimeline(name) }}
	s.Header.Lines = nil
	return s, err
}

// holdTimeline reads what can be read but once (a pipe), and keeps it.
func holdTimeline(name string) (replay.Source, error) {
	t, err := readTimeline(name)
	s := replay.Source{Header: t, Events: len(t.Lines), Read: func() (match.Timeline, error) { return t, nil }}
	s.Header.Lines = nil
	return s, err
}

func readTimeline(name string) (match.Timeline, error) {
	f, err := os.Open(name)
	if err != nil {
		return match.Timeline{}, err
	}
	defer f.Close()
	t, err := match.ReadTimeline(withoutMark(f))
	if err != nil {
		return t, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// withoutMark passes over the byte order mark that editors of another system
// put before UTF-8.
func withoutMark(r io.Reader) io.Reader {
	const mark = "\uFEFF"
	b := bufio.NewReader(r)
	if begin, _ := b.Peek(len(mark)); string(begin) == mark {
		b.Discard(len(mark)) //nolint:errcheck // it is there
	}
	return b
}
