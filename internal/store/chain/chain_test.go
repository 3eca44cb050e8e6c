package chain_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"matchstream/internal/store"
	"matchstream/internal/store/chain"
)

var key = store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}

// records of a match: the first old ones of format 1, the others sealed.
func records(old, sealed int) (all [][]byte) {
	var h chain.Head
	for n := range old + sealed {
		data := fmt.Appendf(nil, `{"v":1,"event":{"id":%d,"kind":"goal"}}`, n+1)
		if n >= old {
			data = h.Seal(key, fmt.Appendf(nil, `{"v":2,"event":{"id":%d,"kind":"goal"}}`, n+1))
		}
		all = append(all, data)
		var err error
		if h, err = h.Next(key, int64(n+1), data); err != nil {
			panic(err)
		}
	}
	return all
}

// verify gives the head behind all records, or the number of the first that
// does not hold.
func verify(k store.Key, all [][]byte) (chain.Head, int, error) {
	var h chain.Head
	for i, data := range all {
		next, err := h.Next(k, int64(i+1), data)
		if err != nil {
			return h, i + 1, err
		}
		h = next
	}
	return h, 0, nil
}

func TestForm(t *testing.T) {
	got := records(0, 2)
	for i, want := range []string{
		`{"v":2,"before":"MQFDE6t3Di4","event":{"id":1,"kind":"goal"},"sum":"`,
		`{"v":2,"before":"` + string(got[0][len(got[0])-13:len(got[0])-2]) + `","event":{"id":2,"kind":"goal"},"sum":"`,
	} {
		if !strings.HasPrefix(string(got[i]), want) || len(got[i]) != len(want)+11+2 {
			t.Errorf("record %d is\n%s, expected\n%s", i+1, got[i], want)
		}
	}
}

// What is refused is named, with what was expected and what was found.
func TestRefused(t *testing.T) {
	all := records(0, 8)
	other := store.Key{Match: key.Match, Epoch: "zzzzzz"}
	for name, c := range map[string]struct {
		key  store.Key
		data [][]byte
		at   int
		want string
	}{
		"hole":            {key, slices.Delete(slices.Clone(all), 5, 6), 6, "record 6 does not follow record 5: expected "},
		"swap":            {key, swap(all, 2, 3), 3, "record 3 does not follow record 2: expected "},
		"twice":           {key, slices.Insert(slices.Clone(all), 4, all[3]), 5, "record 5 does not follow record 4: expected "},
		"no beginning":    {key, all[1:], 1, "record 1: it does not begin the match: expected "},
		"another epoch":   {other, all, 1, "record 1: its checksum is "},
		"flipped":         {key, flip(all, 3, 40), 4, "record 4: its checksum is "},
		"cut":             {key, [][]byte{all[0][:60]}, 1, "record 1: its checksum cannot be found"},
		"older again":     {key, append(slices.Clone(all), records(1, 0)...), 9, "format 1 and no checksum, behind records that have one"},
		"sealed as older": {key, [][]byte{bytes.Replace(all[0], []byte(`"v":2`), []byte(`"v":1`), 1)}, 1, "it has format 1, but a checksum"},
		"lost":            {key, append(slices.Clone(all), chain.Lost("bit rot")), 9, `record 9: it was lost before this store was copied: "bit rot"`},
		"nothing":         {key, [][]byte{nil}, 1, "record 1: expected an object that begins with its format"},
		"something else":  {key, [][]byte{[]byte(`<html>`)}, 1, "record 1: expected an object that begins with its format"},
	} {
		t.Run(name, func(t *testing.T) {
			_, at, err := verify(c.key, c.data)
			if at != c.at || !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("at %d: %v; expected at %d: %s", at, err, c.at, c.want)
			}
		})
	}
}

func swap(all [][]byte, i, j int) [][]byte {
	all = slices.Clone(all)
	all[i], all[j] = all[j], all[i]
	return all
}

func flip(all [][]byte, i, at int) [][]byte {
	all = slices.Clone(all)
	all[i] = slices.Clone(all[i])
	all[i][at] ^= 1
	return all
}

func TestNewer(t *testing.T) {
	_, _, err := verify(key, [][]byte{[]byte(`{"v":3,"event":["another shape"]}`)})
	var newer *chain.Newer
	if !errors.As(err, &newer) || newer.Format != 3 || errors.Is(err, store.ErrDamaged) {
		t.Fatal(err)
	}
}

// Any one change of a sequence is noticed, but for a loss at its very end: that
// is for whoever knows how many records there were. Of older records, which
// carry no sum, the first sealed one behind them notices it.
func TestAnyChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, sealed := rapid.IntRange(0, 4).Draw(t, "old"), rapid.IntRange(1, 8).Draw(t, "sealed")
		all := records(old, sealed)
		n := len(all)
		changed := slices.Clone(all)
		at := rapid.IntRange(0, n-1).Draw(t, "at")
		lost := 0
		switch what := rapid.SampledFrom([]string{"drop", "twice", "swap", "flip", "truncate", "strange", "replace"}).Draw(t, "what"); what {
		case "drop":
			changed, lost = slices.Delete(changed, at, at+1), 1
		case "twice":
			changed = slices.Insert(changed, rapid.IntRange(0, n).Draw(t, "to"), changed[at])
		case "swap":
			to := rapid.IntRange(0, n-1).Filter(func(i int) bool { return i != at }).Draw(t, "with")
			changed = swap(changed, at, to)
		case "flip":
			b := slices.Clone(changed[at])
			b[rapid.IntRange(0, len(b)-1).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
			changed[at] = b
		case "truncate":
			changed[at] = changed[at][:rapid.IntRange(0, len(changed[at])-1).Draw(t, "to")]
		case "strange": // a record of another match, in the same place
			other := key
			other.Match = "tig-elp-2011-09-10"
			changed[at] = chain.Head{}.Seal(other, []byte(`{"v":2,"deleted":true}`))
		case "replace": // one that is whole, but was never there
			if n == 1 {
				t.Skip("a match of one record is as good as another")
			}
			changed[at] = chain.Head{}.Seal(key, []byte(`{"v":2,"event":"never"}`))
		}
		// Only a loss at the very end is left to whoever counts.
		if head, _, err := verify(key, changed); err == nil && (lost == 0 || at != n-1) {
			t.Fatalf("not noticed; the head is %v", head)
		}
	})
}

func TestSealRefusesWhatItCannot(t *testing.T) {
	for _, data := range []string{``, `{}`, `{"v":2}`, `{"v":1,"event":1}`, `{"v":2,"event":1`} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was sealed", data)
				}
			}()
			chain.Head{}.Seal(key, []byte(data))
		}()
	}
}

// Whatever bytes come: no panic, and what is taken as sealed is exactly what
// Seal would make of it.
func FuzzNext(f *testing.F) {
	for _, data := range append(records(1, 2), []byte(`{"v":3}`), []byte(`{"v":2,"before":"`), nil) {
		f.Add(data, false)
		f.Add(data, true)
	}
	first := records(0, 1)[0]
	f.Fuzz(func(t *testing.T, data []byte, behind bool) {
		var h chain.Head
		if behind {
			h, _ = h.Next(key, 1, first)
		}
		next, err := h.Next(key, 2, data)
		if err != nil {
			if next != h {
				t.Fatal("a refused record moves the head")
			}
			return
		}
		if !next.Sealed {
			if behind {
				t.Fatalf("%q was taken behind a sealed one", data)
			}
			return
		}
		open := append([]byte(`{"v":2,`), data[30:len(data)-21]...)
		if again := h.Seal(key, append(open, '}')); !bytes.Equal(again, data) {
			t.Fatalf("taken:\n%q\nsealed:\n%q", data, again)
		}
	})
}

func BenchmarkNext(b *testing.B) {
	data := chain.Head{}.Seal(key, []byte(`{"v":2,"event":{"id":1,"timestamp":1790000000000,"kind":"goal","by":"operator","team":"tig","player":{"number":7,"name":"Luna"},"minute":"45"},"once":"ZmZmZmZmZmZmZmZmZmZmZmZm","body":"ZmZmZmZmZmZmZmZmZmZmZmZm"}`))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := (chain.Head{}).Next(key, 1, data); err != nil {
			b.Fatal(err)
		}
	}
}
