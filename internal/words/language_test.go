package words

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"testing"
)

var placeholder = regexp.MustCompile(`\{\w+\}`)

// TestLanguagesAreWhole: what one language says, all say, with the same facts.
func TestLanguagesAreWhole(t *testing.T) {
	for _, l := range Languages()[1:] {
		var mine, other map[string]any
		for into, from := range map[*map[string]any]*Language{&mine: l, &other: English} {
			b, _ := files.ReadFile(from.Code + ".json")
			if err := json.Unmarshal(b, into); err != nil {
				t.Fatal(err)
			}
		}
		same(t, l.Code, mine, other)
	}
}

// same looks at the form of two texts: the keys of objects, the lengths of
// lists of sentences, the {facts} in each.
func same(t *testing.T, at string, a, b any) {
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		t.Errorf("%s: %T, and in English %T", at, a, b)
		return
	}
	switch a := a.(type) {
	case map[string]any:
		b := b.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(b)) {
			if _, ok := a[key]; !ok {
				t.Errorf("%s has no %q", at, key)
				continue
			}
			same(t, at+"."+key, a[key], b[key])
		}
		for key := range a {
			if _, ok := b[key]; !ok {
				t.Errorf("%s has %q, which English does not know", at, key)
			}
		}
	case []any:
		b := b.([]any)
		if len(a) != len(b) {
			t.Errorf("%s: %d texts, and in English %d", at, len(a), len(b))
			return
		}
		for i := range a {
			same(t, at, a[i], b[i])
		}
	case string:
		mine, english := placeholder.FindAllString(a, -1), placeholder.FindAllString(b.(string), -1)
		slices.Sort(mine)
		slices.Sort(english)
		if !slices.Equal(mine, english) || a == "" {
			t.Errorf("%s: %q, and in English %q", at, a, b)
		}
	}
}

func TestDay(t *testing.T) {
	for _, c := range []struct {
		l          *Language
		date, want string
	}{
		{English, "2022-12-18", "Sunday 18 December 2022"},
		{Spanish, "2022-12-18", "domingo 18 de diciembre de 2022"},
		{Spanish, "tomorrow", "tomorrow"},
	} {
		if got := c.l.Day(c.date); got != c.want {
			t.Errorf("%s: %q", c.l.Code, got)
		}
	}
}
