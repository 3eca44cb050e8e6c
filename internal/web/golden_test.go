package web

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"matchstream/internal/match"
	"matchstream/internal/store/memory"
	"matchstream/matches"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The hash of an asset changes with every edit of it.
var hashes = regexp.MustCompile(`\.[0-9a-f]{12}\.`)

func golden(t *testing.T, name, got string) {
	t.Helper()
	got = hashes.ReplaceAllString(got, ".HASH.")
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it anew):\n%s", path, got)
	}
}

func TestGoldenPages(t *testing.T) {
	w := newWorld(t, memory.New())
	golden(t, "empty.html", w.get("/").Body.String())
	golden(t, "missing.html", w.get("/match/a-b-2022-12-18").Body.String())

	w.team("odd", hostile)
	w.team("rtl", "الاتحاد السكندري")
	final := w.play(matches.Final2022, 41) // three kicks into the shoot-out
	w.play("worldcup-2022/cro-mar-2022-12-17.ndjson", 1000)
	w.create(match.Info{Home: "cro", Visit: "fra", Date: "2022-12-19", Kickoff: "2022-12-19T18:30:00Z", Speed: 1})
	w.create(match.Info{Home: "mar", Visit: "arg", Date: "2022-12-19", Speed: 1})
	odd := w.create(match.Info{Home: "odd", Visit: "rtl", Date: "2022-12-18", Speed: 60, Stadium: "<b>Stadium</b>"})
	golden(t, "before.html", w.get("/match/"+odd).Body.String())
	w.clock.Store(noon.UnixMilli())
	w.post(odd, everything...)
	w.clock.Store(noon.Add(20 * time.Second).UnixMilli())
	golden(t, "board.html", w.get("/").Body.String())
	golden(t, "final.html", w.get("/match/"+final).Body.String())
	golden(t, "everything.html", w.get("/match/"+odd).Body.String())
}

const hostile = `<script>alert(1)</script>"'&{team}`

// everything is an event of each kind, in the match odd-rtl.
var everything = []string{
	`{"kind":"comment","comment":"Welcome\n<i>everybody</i>"}`,
	`{"kind":"lineup","team":"odd","players":` + eleven("<img src=x onerror=alert(1)>") + `,"substitutes":[{"number":30,"name":"Sub"}],"coach":"<u>Coach</u>"}`,
	`{"kind":"start","visit_players":` + eleven("محمد") + `}`,
	`{"kind":"goal","team":"odd","player":1,"assist":4,"how":"header","minute":"3"}`,
	`{"kind":"goal","team":"rtl","player":3,"how":"freekick","minute":"4"}`, // 5
	`{"kind":"var","about":"goal","outcome":"open","ref":5}`,
	`{"kind":"var","about":"goal","outcome":"overturned","ref":5}`,
	`{"kind":"var","about":"other","outcome":"stands"}`,
	`{"kind":"cancel","ref":5,"reason":"offside"}`,
	`{"kind":"shot","team":"rtl","player":5}`, // 10
	`{"kind":"shot","team":"odd"}`,
	`{"kind":"offside","team":"rtl","player":5}`,
	`{"kind":"foul","team":"rtl","player":5}`,
	`{"kind":"corner","team":"rtl"}`,
	`{"kind":"goalkick","team":"rtl"}`,
	`{"kind":"throwin","team":"rtl","player":5}`,
	`{"kind":"freekick","team":"rtl"}`,
	`{"kind":"save","team":"rtl","player":1}`,
	`{"kind":"penalty","team":"rtl","player":7}`,
	`{"kind":"miss","team":"rtl","player":7,"how":"penalty"}`, // 20
	`{"kind":"miss","team":"rtl","player":7,"how":"header"}`,
	`{"kind":"goal","team":"rtl","player":1,"player_team":"odd","comment":"unlucky"}`,
	`{"kind":"amend","ref":22,"player":2,"minute":"12","comment":null}`,
	`{"kind":"goal","team":"odd","player":1,"how":"penalty","minute":"15"}`,
	`{"kind":"card","team":"odd","player":5,"card":"yellow"}`, // 25
	`{"kind":"card","team":"odd","player":5,"card":"red","reason":"second_yellow"}`,
	`{"kind":"card","team":"rtl","staff":"عليّ","card":"red"}`,
	`{"kind":"substitution","team":"odd","player_out":4,"player_in":30}`,
	`{"kind":"addedtime","minutes":1}`,
	`{"kind":"addedtime","minutes":4}`, // 30
	`{"kind":"x-drone","height":12,"comment":"not told"}`,
	`{"kind":"suspend","reason":"<fog>"}`,
	`{"kind":"resume"}`,
	`{"kind":"halftime"}`,
	`{"kind":"continue"}`, // 35
	`{"kind":"extratime"}`,
	`{"kind":"halftime"}`,
	`{"kind":"continue"}`,
	`{"kind":"penalties"}`,
	`{"kind":"goal","team":"rtl","player":1}`, // 40
	`{"kind":"miss","team":"odd","player":1}`,
	`{"kind":"goal","team":"odd","player":2}`,
	`{"kind":"cancel","ref":42}`,
	`{"kind":"abandon","reason":"dark"}`,
}
