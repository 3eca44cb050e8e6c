// Package logging is what the server does with its log lines: levels by room,
// repeated lines told once, and a writer that nobody waits for. Whoever logs
// uses log/slog and knows nothing of it.
//
// A line is formatted by who says it, put into a buffer in memory, and written
// by a goroutine: a terminal that stands still, or a pipe that nobody reads,
// must not stop a loop with ten thousand watchers. What does not fit is dropped
// and counted. The price: what was said in the last moment before a kill -9 may
// not have been written. A panic that ends the process is the runtime's, which
// writes it itself.
package logging

import (
	"context"
	"io"
	"log/slog"
	"slices"
)

// Rooms are those that log, by the names of their folders; http is net/http.
var Rooms = []string{"access", "api", "cluster", "edge", "gate", "http", "live", "node", "pump", "store", "web"}

// Options of a Log.
type Options struct {
	Levels Levels
	JSON   bool // else text
}

// Log writes the lines of all rooms.
type Log struct {
	*slog.Logger
	shared *shared
}

// shared by all handlers of a log.
type shared struct {
	levels Levels
	seen   seen
	out    *writer
}

// New begins to write to a file; Close ends it.
func New(to io.Writer, o Options) *Log {
	s := &shared{levels: o.Levels, out: newWriter(to)}
	// What is below a room's level is left out before it comes here.
	options := &slog.HandlerOptions{Level: slog.LevelDebug}
	var form slog.Handler = slog.NewTextHandler(s.out, options)
	if o.JSON {
		form = slog.NewJSONHandler(s.out, options)
	}
	h := &handler{Handler: form, shared: s, least: o.Levels.of("")}
	s.out.lost = func(lines uint64) {
		h.say(slog.LevelError, "lines of the log are lost: they came faster than they were taken", slog.Uint64("lines", lines))
	}
	s.out.tell = s.seen.tell
	go s.out.run()
	return &Log{Logger: slog.New(h), shared: s}
}

// Close writes what is waiting, as far as that is taken within a second.
func (l *Log) Close() {
	l.shared.seen.tellAll()
	l.shared.out.close()
}

// Counts of lines: written, told as repeats of others, and dropped. Of a logger
// that is none of ours all are 0.
func Counts(l *slog.Logger) (written, repeated, dropped uint64) {
	if h, ok := l.Handler().(*handler); ok {
		return h.shared.out.lines.Load(), h.shared.seen.repeated.Load(), h.shared.out.dropped.Load()
	}
	return 0, 0, 0
}

// Room is the logger of a room: its lines have the room's name, and its level.
// Of a logger that is none of ours only the name is added.
func Room(l *slog.Logger, name string) *slog.Logger {
	h, ok := l.Handler().(*handler)
	if !ok {
		return l.With("room", name)
	}
	if !slices.Contains(Rooms, name) {
		panic("logging: no room has the name " + name)
	}
	own := *h
	own.room, own.least = name, h.shared.levels.of(name)
	own.Handler = h.Handler.WithAttrs([]slog.Attr{slog.String("room", name)})
	return slog.New(&own)
}

// handler of one room.
type handler struct {
	slog.Handler // writes a line
	shared       *shared
	room         string
	least        slog.Level
}

func (h *handler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.least }

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	if !h.shared.seen.take(h, r) {
		h.shared.out.remind()
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	own := *h
	own.Handler = h.Handler.WithAttrs(attrs)
	return &own
}

func (h *handler) WithGroup(name string) slog.Handler {
	own := *h
	own.Handler = h.Handler.WithGroup(name)
	return &own
}
