package match

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

func TestPositions(t *testing.T) {
	good := map[string]Position{
		"0": {}, "17": {ID: 17}, "17-k3f9a2": {17, "k3f9a2"}, "0-abcdefghijkl": {0, "abcdefghijkl"},
		"9007199254740991-000000": {1<<53 - 1, "000000"},
	}
	for s, want := range good {
		got, err := ParsePosition(s)
		if err != nil || got != want || got.String() != s {
			t.Errorf("%s: %v (%v), written %s", s, got, err, got)
		}
	}
	for _, s := range []string{"", "-", "x", "01", "00", "+1", "-1", " 1", "1 ", "1-", "1-abcde", "1-abcdefghijklm", "1-ABCDEF", "1-abc_ef",
		"1--abcdef", "1-abcdef-", "-abcdef", "9007199254740992", "18446744073709551616", "1.0", "1_0", "0x1", "1-äbcde"} {
		_, err := ParsePosition(s)
		wants(t, err, Malformed, "17-k3f9a2")
	}
}

func TestMatchIDs(t *testing.T) {
	home, visit, date, err := ParseID("elp-tig-2011-09-10")
	if home != "elp" || visit != "tig" || date != "2011-09-10" || err != nil || MakeID(home, visit, date) != "elp-tig-2011-09-10" {
		t.Errorf("%s, %s, %s: %v", home, visit, date, err)
	}
	long := strings.Repeat("a", 32)
	for _, id := range []string{"a-b-2024-02-29", long + "-_-2000-02-29", "1-2-0001-01-01"} {
		if err := CheckID(id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, id := range []string{"", "elp", "elp-tig", "elp-tig-", "elp-elp-2011-09-10", "-tig-2011-09-10", "elp--2011-09-10", "Elp-tig-2011-09-10",
		"elp-tig-2011-02-29", "elp-tig-2011-13-01", "elp-tig-2011-9-10", "elp-tig-11-09-10", "elp-tig-2011-09-10-", "elp-tig-2011-09-10 ",
		"elp-tig-boc-2011-09-10", long + "a-b-2011-09-10", "elp/-tig-2011-09-10", "elp-tig-2011-09-1０"} {
		wants(t, CheckID(id), Malformed, "<home>-<visit>-<YYYY-MM-DD>")
	}
}

func TestUsers(t *testing.T) {
	for _, user := range []string{"", "ana", "Añá 😀", strings.Repeat("x", 128)} {
		if !ValidUser(user) {
			t.Errorf("%q is refused", user)
		}
	}
	for _, user := range []string{"a:b", "a\tb", "a\x00", "\xff", "\u200b", strings.Repeat("x", 129), strings.Repeat("ñ", 65)} {
		if ValidUser(user) {
			t.Errorf("%q is taken", user)
		}
	}
}

func TestNewEpoch(t *testing.T) {
	// 252 to 255 are thrown away: all letters are equally likely.
	got, err := NewEpoch(bytes.NewReader([]byte{255, 252, 0, 35, 36, 251, 26, 1, 2, 3, 4, 5, 6, 7, 8, 9}))
	if got != "a9a90bcd" || err != nil || !validEpoch(got) {
		t.Errorf("%q, %v", got, err)
	}
	dry := errors.New("dry")
	if _, err := NewEpoch(iotest.ErrReader(dry)); !errors.Is(err, dry) {
		t.Errorf("%v", err)
	}
}

func TestValidateTeam(t *testing.T) {
	good := Team{ID: "elp", Name: "Estudiantes\tde La Plata – ñ", Division: "Primera", Colours: []string{"#f00", "white"}}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for field, change := range map[string]func(*Team){
		"id":         func(t *Team) { t.ID = "ELP" },
		"name":       func(t *Team) { t.Name = "" },
		"division":   func(t *Team) { t.Division = strings.Repeat("d", 201) },
		"colours[1]": func(t *Team) { t.Colours = []string{"red", ""} },
	} {
		bad := good
		change(&bad)
		wants(t, bad.Validate(), Malformed, field+": expected")
	}
	bad := good
	bad.Name = "\xff"
	wants(t, bad.Validate(), Malformed, "name: expected valid UTF-8")
	bad.Name = strings.Repeat("ñ", 200)
	if err := bad.Validate(); err != nil {
		t.Error(err)
	}
}

func TestValidateInfo(t *testing.T) {
	good := Info{ID: "elp-tig-2011-09-10", Home: "elp", Visit: "tig", Date: "2011-09-10", Stadium: "Único", Kickoff: "2011-09-10T18:00:00Z", Speed: 1, Epoch: "k3f9a2"}
	for name, change := range map[string]func(*Info){
		"as it is":     func(*Info) {},
		"no id yet":    func(i *Info) { i.ID, i.Epoch = "", "" },
		"no clock":     func(i *Info) { i.Speed = 0 },
		"fastest":      func(i *Info) { i.Speed = 100_000 },
		"another zone": func(i *Info) { i.Kickoff = "2011-09-10T18:00:00.5-03:00" },
		"no kick-off":  func(i *Info) { i.Kickoff = "" },
	} {
		info := good
		change(&info)
		if err := info.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	nan := 0.0
	for _, c := range []struct {
		field  string
		change func(*Info)
	}{
		{"home", func(i *Info) { i.Home = "" }}, {"visit", func(i *Info) { i.Visit = "t-g" }}, {"visit", func(i *Info) { i.Visit = "elp" }},
		{"date", func(i *Info) { i.Date = "2011-09-31" }}, {"id", func(i *Info) { i.ID = "elp-tig-2011-09-11" }},
		{"stadium", func(i *Info) { i.Stadium = strings.Repeat("s", 201) }}, {"competition", func(i *Info) { i.Competition = "\xff" }},
		{"kickoff", func(i *Info) { i.Kickoff = "18:00" }}, {"kickoff", func(i *Info) { i.Kickoff = "2011-09-10T8:00:00Z" }},
		{"speed", func(i *Info) { i.Speed = -1 }}, {"speed", func(i *Info) { i.Speed = 100_001 }}, {"speed", func(i *Info) { i.Speed = nan / nan }},
		{"epoch", func(i *Info) { i.Epoch = "K3F9A2" }},
	} {
		bad := good
		c.change(&bad)
		wants(t, bad.Validate(), Malformed, c.field+": expected")
	}
}
