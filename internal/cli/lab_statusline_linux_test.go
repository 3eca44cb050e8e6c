package cli

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestStatusLine: one row, whatever is shown, and none in the end.
func TestStatusLine(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	x := newTerminal(t, 80, 5)
	s := newStatusLine(x.slave)
	s.show(strings.Repeat("long ", 40))
	s.show("17 of 100")
	x.becomes(t, ctx, "the second text", func(rows []string) bool { return strings.TrimSpace(strings.Join(rows, "")) == "17 of 100" })
	s.clear()
	x.becomes(t, ctx, "nothing", func(rows []string) bool { return strings.TrimSpace(strings.Join(rows, "")) == "" })
	newStatusLine(&strings.Builder{}).show("into a pipe") // nobody would see it
}
