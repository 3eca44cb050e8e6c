package pump_test

import (
	"io"
	"testing"

	"matchstream/internal/feed"
)

// Who is introduced by somebody else is greeted once more about what is behind
// that, has the address and the ticket that are his, and keeps them wherever he
// goes, in whatever pieces all of it comes.
func TestIntroduced(t *testing.T) {
	const whom = "192.0.2.1:40001"
	for _, of := range []struct {
		name   string
		pieces []string
		greets [][]string // with what, at each piece
		itself bool
	}{
		{"at once", []string{"for " + whom + "\nwatch\n"}, [][]string{{"for " + whom + "\nwatch\n", "watch\n"}}, false},
		{"the words later", []string{"for " + whom + "\n", "wa", "tch\n"}, [][]string{{"for " + whom + "\n", ""}, {"wa"}, {"watch\n"}}, false},
		{"piece by piece", []string{"for 192.", "0.2.1:40001\nw", "atch\n"}, [][]string{{"for 192."}, {"for " + whom + "\nw", "w"}, {"watch\n"}}, false},
		{"nobody else", []string{"for itself\n", "watch\n"}, [][]string{{"for itself\n", ""}, {"watch\n"}}, true},
	} {
		t.Run(of.name, func(t *testing.T) {
			h := newHouse(t, 10, lasting)
			c := h.comes()
			for i, piece := range of.pieces {
				c.says(piece)
				for _, want := range of.greets[i] {
					h.hears(want)
				}
			}
			want := whom
			if of.itself {
				want = c.LocalAddr().String()
			}
			c.reads("<status 0>")
			if got := next(t, h.froms).String(); got != want {
				t.Errorf("he comes from %s, want %s", got, want)
			}
			h.lane.Append(nil, status(1), feed.Over)
			c.ends("<ended>")
			if e := next(t, h.porter.ends); !e.watched || e.ticket != 2 {
				t.Errorf("the end is %+v, want that of ticket 2", e)
			}
			h.settled()
		})
	}
}

// Who is introduced and passed on is known by that address there, too; what
// introduced him is not read again.
func TestIntroducedAndPassedOn(t *testing.T) {
	h := newHouse(t, 10, lasting)
	c := h.says("for 192.0.2.1:40001\npass\nand more")
	passed := next(t, h.passed)
	if e := next(t, h.porter.ends); e.ticket != 2 {
		t.Errorf("passed with ticket %d, want 2", e.ticket)
	}
	if got := passed.RemoteAddr().String(); got != "192.0.2.1:40001" {
		t.Errorf("he comes from %s", got)
	}
	c.Close()
	if all, err := io.ReadAll(passed); string(all) != "pass\nand more" || err != nil {
		t.Errorf("read %q, %v", all, err)
	}
	passed.Close()
	h.settled()
}

// Who leaves after he was introduced leaves with his own ticket.
func TestIntroducedWhoLeave(t *testing.T) {
	h := newHouse(t, 10, lasting)
	h.says("for 192.0.2.1:40001\nhalf of").Close()
	if e := next(t, h.porter.ends); e.ticket != 2 || !e.undecided {
		t.Errorf("the end is %+v, want an undecided one of ticket 2", e)
	}
	h.settled()
}
