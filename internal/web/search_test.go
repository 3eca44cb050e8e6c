package web

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"matchstream/internal/match"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

var lineIDs = regexp.MustCompile(`class="line[^>]*data-id="([^"]*)"`)

func TestSearchIsRead(t *testing.T) {
	for query, want := range map[string]search{
		"":                                      {},
		"team=+Boca++Juniors+":                  {Team: "Boca Juniors"},
		"date=2022-12-18":                       {Date: "2022-12-18"},
		"date=18.12.2022":                       {Date: "2022-12-18"},
		"date=8/2/2022":                         {Date: "2022-02-08"},
		"date=2022-02-31":                       {Date: "2022-02-31", Trouble: "search_day"},
		"date=soon&team=x":                      {Team: "x", Date: "soon", Trouble: "search_day"},
		"team=%ff":                              {Team: "\uFFFD"},
		"team=" + strings.Repeat("%C3%A9", 201): {Team: strings.Repeat("é", 200), Trouble: "search_long"},
	} {
		v, err := url.ParseQuery(query)
		if got := searchOf(v); err != nil || got != want {
			t.Errorf("%s: %+v, %v", query, got, err)
		}
	}
}

func TestSearchFinds(t *testing.T) {
	w := newWorld(t, memory.New())
	for id, name := range map[string]string{"atm": "Atlético de Madrid", "mal": "Malmö FF", "lod": "Łódzki KS", "rtl": "الاتحاد السكندري", "boc": "Boca"} {
		w.team(id, name)
	}
	for i, m := range [][2]string{{"atm", "mal"}, {"lod", "atm"}, {"rtl", "boc"}} {
		w.create(match.Info{Home: m[0], Visit: m[1], Date: noon.AddDate(0, 0, i).Format(time.DateOnly), Speed: 1})
	}
	for query, want := range map[string][]string{
		"team=ATLETICO":            {"atm-mal-2022-12-18", "lod-atm-2022-12-19"},
		"team=malmo":               {"atm-mal-2022-12-18"},
		"team=lodzki":              {"lod-atm-2022-12-19"},
		"team=ATM&date=2022-12-19": {"lod-atm-2022-12-19"},
		"team=" + url.QueryEscape("الاتحاد"): {"rtl-boc-2022-12-20"},
		"date=2022-12-20": {"rtl-boc-2022-12-20"},
		"date=2021-12-20": nil,
		"team=nobody":     nil,
	} {
		var scores []wire.Score
		if err := json.Unmarshal(w.get("/?as=scores&"+query).Body.Bytes(), &scores); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range scores {
			got = append(got, s.Match)
		}
		slices.Sort(got)
		page := w.get("/?" + query).Body.String()
		told := map[int]string{0: "No match was found.", 1: "1 match."}[len(want)]
		if !slices.Equal(got, want) || strings.Count(page, `class="line`) != 1*len(want)+strings.Count(page, `class="lines`) || !strings.Contains(page, told) {
			t.Errorf("%s: %v, not %v", query, got, want)
		}
	}
	if page := w.get("/?date=2022-02-31&team=%3Cb%3E").Body.String(); !strings.Contains(page, "This is no day of the calendar.") || !strings.Contains(page, `value="&lt;b&gt;"`) {
		t.Error(page)
	}
}

// TestManyAreLive: none of those being played is left out, however many.
func TestManyAreLive(t *testing.T) {
	w := newWorld(t, memory.New())
	n := shownAtOnce + 50
	for i := range n + 1 {
		w.team(fmt.Sprintf("t%d", i), "T")
	}
	seen := map[string]bool{}
	for i := range n {
		id := w.create(match.Info{Home: fmt.Sprintf("t%d", i), Visit: fmt.Sprintf("t%d", i+1), Date: "2022-12-18", Speed: 1})
		w.post(id, start("H", "V"))
		seen[id] = false
	}
	for next := "/"; next != ""; {
		page := w.get(next).Body.String()
		for _, id := range lineIDs.FindAllStringSubmatch(page, -1) {
			seen[id[1]] = true
		}
		_, rest, found := strings.Cut(page, `rel="next" href="`)
		if next = ""; found {
			next, _, _ = strings.Cut(rest, `"`)
		}
	}
	for id, is := range seen {
		if !is {
			t.Errorf("%s is on no page", id)
		}
	}
}
