package live_test

import (
	"context"
	"fmt"
	"testing"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store/memory"
)

// Whoever has changed a match or a team reads the change at once, although the
// node hears of it from the catalogue at the same time.
func TestReadYourOwnChange(t *testing.T) {
	l := open(t, memory.New())
	m := create(t, l)
	for i := range 2000 {
		stadium, name := fmt.Sprint("Stadium ", i), fmt.Sprint("Estudiantes ", i)
		v, err := l.Change(context.Background(), m.ID(), live.Change{Stadium: &stadium})
		must(t, err)
		if v.Info.Stadium != stadium {
			t.Fatalf("change %d is answered with %q", i, v.Info.Stadium)
		}
		_, _, err = l.PutTeam(context.Background(), match.Team{ID: "elp", Name: name})
		must(t, err)
		if v := m.View(); v.Teams[match.Home].Name != name {
			t.Fatalf("after change %d the team is called %q", i, v.Teams[match.Home].Name)
		} else if want := 2 * (i + 1); v.Changes != want {
			t.Fatalf("after change %d: %d changes, want %d", i, v.Changes, want)
		}
	}
}
