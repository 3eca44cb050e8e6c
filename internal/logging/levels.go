package logging

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
)

// Levels are the least that is said: by all, and by single rooms.
type Levels struct {
	all   slog.Level
	rooms map[string]slog.Level
}

func (l Levels) of(room string) slog.Level {
	if own, ok := l.rooms[room]; ok {
		return own
	}
	return l.all
}

// String is the text that ParseLevels reads.
func (l Levels) String() string {
	parts := []string{strings.ToLower(l.all.String())}
	for _, room := range slices.Sorted(maps.Keys(l.rooms)) {
		parts = append(parts, room+"="+strings.ToLower(l.rooms[room].String()))
	}
	return strings.Join(parts, ",")
}

var names = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

// ParseLevels reads "info", "pump=debug", "warn,pump=debug,store=error": a
// level for all (info if there is none), and one for each of some rooms. All
// that is wrong is told at once.
func ParseLevels(text string) (Levels, error) {
	l := Levels{all: slog.LevelInfo, rooms: map[string]slog.Level{}}
	var wrong []error
	all := false
	for item := range strings.SplitSeq(text, ",") {
		room, name, forRoom := strings.Cut(strings.TrimSpace(item), "=")
		if !forRoom {
			room, name = "", room
		}
		level, known := names[name]
		_, twice := l.rooms[room]
		switch {
		case !known:
			wrong = append(wrong, fmt.Errorf("%q: expected a level (debug, info, warn or error), or room=level", item))
		case forRoom && !slices.Contains(Rooms, room):
			wrong = append(wrong, fmt.Errorf("%q: expected one of the rooms %s", item, strings.Join(Rooms, ", ")))
		case twice, !forRoom && all:
			wrong = append(wrong, fmt.Errorf("%q: expected one level for each, this is the second", item))
		case forRoom:
			l.rooms[room] = level
		default:
			l.all, all = level, true
		}
	}
	return l, errors.Join(wrong...)
}
