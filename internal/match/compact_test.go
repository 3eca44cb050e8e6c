package match_test

import (
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"matchstream/internal/match"
)

// TestCompact: the values stay the same, also of an id that is none.
func TestCompact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"", "a", "elp", "tig", "Estadio Único", "2011-09-10"})
		was := match.Info{Home: text.Draw(t, "home"), Visit: text.Draw(t, "visit"), Date: text.Draw(t, "date"),
			Stadium: text.Draw(t, "stadium"), Competition: text.Draw(t, "competition"), Kickoff: text.Draw(t, "kickoff"),
			Epoch: text.Draw(t, "epoch"), ID: text.Draw(t, "id"), Speed: 1, Created: 2, Revision: 3}
		if rapid.Bool().Draw(t, "whose id is one") {
			was.ID = match.MakeID(was.Home, was.Visit, was.Date)
		}
		is := was
		is.Compact()
		if is != was {
			t.Fatalf("%+v became %+v", was, is)
		}
	})
	i := match.Info{ID: "elp-tig-2011-09-10", Home: "elp", Visit: "tig", Date: "2011-09-10", Epoch: "k3v9x2ab"}
	i.Compact()
	for name, at := range map[string]struct {
		s  string
		at int
	}{"home": {i.Home, 0}, "visit": {i.Visit, 4}, "date": {i.Date, 8}, "epoch": {i.Epoch, 18}} {
		if unsafe.Pointer(unsafe.StringData(at.s)) != unsafe.Add(unsafe.Pointer(unsafe.StringData(i.ID)), at.at) {
			t.Errorf("%s lies elsewhere", name)
		}
	}
}
