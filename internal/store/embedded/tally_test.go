package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"matchstream/internal/store/jetstream"
)

var silent = slog.New(slog.DiscardHandler)

// reread is what the tally's file says.
func reread(t testing.TB, dir string) map[string]int64 {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, tallyFile))
	if err != nil {
		t.Fatal(err)
	}
	of, strange := parseTally(text)
	if strange > 0 {
		t.Fatalf("%d strange lines in %q", strange, text)
	}
	return of
}

// Whatever is noted, forgotten and written anew: the file says at every moment
// what is known, so that kill -9 takes nothing along.
func TestTallyFile(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir := t.TempDir()
		tally, found, err := openTally(dir, silent)
		if err != nil || found {
			t.Fatal(found, err)
		}
		want := map[string]int64{}
		subjects := rapid.SampledFrom([]string{"journal.a.1", "journal.b.1", "catalogue.team.elp", "catalogue.team.tig"})
		number := rapid.Int64Range(1, 9)
		r.Repeat(map[string]func(*rapid.T){
			"note": func(r *rapid.T) {
				s, n := subjects.Draw(r, "subject"), number.Draw(r, "n")
				if strings.HasPrefix(s, jetstream.CataloguePrefix) && rapid.Bool().Draw(r, "deleted") {
					n = -n
				}
				if tally.note(s, n); max(n, -n) > max(want[s], -want[s]) {
					want[s] = n
				}
			},
			"replace": func(r *rapid.T) {
				s, n := subjects.Draw(r, "subject"), number.Draw(r, "n")
				tally.replace(s, want[s], n)
				want[s] = n
			},
			"forget": func(r *rapid.T) {
				s := subjects.Draw(r, "subject")
				tally.forget(s)
				delete(want, s)
			},
			"write anew": func(r *rapid.T) {
				if err := tally.rewrite(); err != nil {
					t.Fatal(err)
				}
			},
			"open again": func(r *rapid.T) {
				if err := tally.close(); err != nil {
					t.Fatal(err)
				}
				if tally, found, err = openTally(dir, silent); err != nil || !found {
					t.Fatal(found, err)
				}
			},
			"": func(r *rapid.T) {
				if got := reread(t, dir); !maps.Equal(got, want) {
					r.Fatalf("the file says %v, expected %v", got, want)
				}
				for s, n := range want {
					if tally.get(s) != n {
						r.Fatalf("%s is %d, expected %d", s, tally.get(s), n)
					}
				}
			},
		})
		tally.close() //nolint:errcheck // only to let go of the file
	})
}

// Who was faster in the journal may be later here.
func TestTallyRace(t *testing.T) {
	tally, _, err := openTally(t.TempDir(), silent)
	if err != nil {
		t.Fatal(err)
	}
	defer tally.close()            //nolint:errcheck // only to let go of the file
	tally.note("catalogue.a", 100) // and then the disk loses it
	tally.replace("catalogue.a", 100, -41)
	tally.replace("catalogue.a", 100, 40) // the one before, told later
	if n := tally.get("catalogue.a"); n != -41 {
		t.Fatal(n)
	}
}

// Notes made while the file is written anew are in the new one.
func TestTallyWhileWrittenAnew(t *testing.T) {
	dir := t.TempDir()
	tally, _, err := openTally(dir, silent)
	if err != nil {
		t.Fatal(err)
	}
	var noting sync.WaitGroup
	for g := range 4 {
		noting.Go(func() {
			for n := range int64(2000) {
				tally.note(fmt.Sprintf("journal.m%d.e", g), n+1)
			}
		})
	}
	for range 20 {
		if err := tally.rewrite(); err != nil {
			t.Error(err)
		}
	}
	noting.Wait()
	for g, got := 0, reread(t, dir); g < 4; g++ {
		if n := got[fmt.Sprintf("journal.m%d.e", g)]; n != 2000 {
			t.Errorf("of the journal %d there is %d", g, n)
		}
	}
	if err := tally.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, tallyFile+".tmp")); err == nil {
		t.Error("an unfinished file is left")
	}
}

// Who purges syncs beside who keeps the tally: each time the file has what was
// known before.
func TestTallySyncs(t *testing.T) {
	dir := t.TempDir()
	tally, _, err := openTally(dir, silent)
	if err != nil {
		t.Fatal(err)
	}
	for round := range int64(50) {
		tally.spoilt(errors.New("it is to be written anew"))
		var all sync.WaitGroup
		for g := range 3 {
			all.Go(func() {
				for n := range int64(20) {
					tally.note(fmt.Sprintf("journal.m%d.e", g), round*20+n+1)
				}
			})
			all.Go(func() {
				if err := tally.sync(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := reread(t, dir); !maps.Equal(got, tally.under("")) {
			t.Fatalf("the file says %v, expected %v", got, tally.under(""))
		}
	}
	if err := tally.close(); err != nil {
		t.Fatal(err)
	}
}

// What is acknowledged of a journal that was purged meanwhile is gone, and not lost.
func TestTallyPurgedMeanwhile(t *testing.T) {
	tally, _, err := openTally(t.TempDir(), silent)
	if err != nil {
		t.Fatal(err)
	}
	defer tally.close() //nolint:errcheck // only to let go of the file
	const subject = "journal.a.1"
	before, also := tally.begin(subject), tally.begin(subject)
	before(1)
	tally.forget(subject)
	also(2)
	tally.seen(subject, 2)
	anew := tally.begin(subject)
	if n := tally.get(subject); n != 0 {
		t.Errorf("it was purged, and there are to be %d records", n)
	}
	anew(1)
	tally.seen(subject, 2)
	if n := tally.get(subject); n != 2 || len(tally.mu.writing) > 0 {
		t.Errorf("%d, and still written are %v", n, tally.mu.writing)
	}
}

// A file that has grown is written anew, and then has what is known.
func TestTallyGrows(t *testing.T) {
	dir := t.TempDir()
	tally, _, err := openTally(dir, silent)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var keeping sync.WaitGroup
	keeping.Go(func() { tally.keep(ctx) })
	const notes = 2 * tallySpare / 30
	for n := range int64(notes) {
		tally.note("journal.elp-tig-2011-09-10.k3f9a2", n+1)
	}
	if err := tally.sync(); err != nil { // what keep does
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, tallyFile))
	if err != nil || info.Size() > tallySpare+tallyGrowth*100 {
		t.Errorf("it has %d bytes, %v", info.Size(), err)
	}
	cancel()
	keeping.Wait()
	if err := tally.close(); err != nil {
		t.Fatal(err)
	}
	if got := reread(t, dir)["journal.elp-tig-2011-09-10.k3f9a2"]; got != notes {
		t.Errorf("it says %d", got)
	}
}

// A file that cannot be written is said so once, and written anew when it can.
func TestTallySpoilt(t *testing.T) {
	dir := t.TempDir()
	var said bytes.Buffer
	tally, _, err := openTally(dir, slog.New(slog.NewTextHandler(&said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	tally.mu.file.Close() // every write fails
	tally.note("journal.a.1", 1)
	tally.note("journal.a.1", 2)
	if n := strings.Count(said.String(), "the tally cannot be written"); n != 1 {
		t.Errorf("it is said %d times:\n%s", n, &said)
	}
	if err := tally.sync(); err != nil {
		t.Fatal(err)
	}
	if n := reread(t, dir)["journal.a.1"]; n != 2 {
		t.Errorf("it says %d", n)
	}
	tally.note("journal.a.1", 3)
	if n := reread(t, dir)["journal.a.1"]; n != 3 {
		t.Errorf("it says %d", n)
	}
	if err := tally.close(); err != nil {
		t.Fatal(err)
	}
}

// Of a damaged file the lines that are whole count; the others are told of.
func TestTallyDamaged(t *testing.T) {
	dir := t.TempDir()
	var text []byte
	for n := range int64(9) {
		text = appendNote(text, fmt.Sprintf("journal.m%d.e", n), n+1)
	}
	text[bytes.Index(text, []byte("m4"))] ^= 1
	write(t, string(text[:len(text)-3]), dir, tallyFile)
	var said bytes.Buffer
	tally, found, err := openTally(dir, slog.New(slog.NewTextHandler(&said, nil)))
	if err != nil || !found {
		t.Fatal(found, err)
	}
	if got := tally.under("journal."); len(got) != 7 || got["journal.m0.e"] != 1 || got["journal.m7.e"] != 8 || !strings.Contains(said.String(), "lines=2") {
		t.Errorf("%v; the log says %s", got, &said)
	}
	tally.note("journal.m4.e", 6)
	if err := tally.close(); err != nil {
		t.Fatal(err)
	}
	if got := reread(t, dir); len(got) != 8 {
		t.Error(got)
	}
}

// FuzzTally: whatever is in the file, no panic, and what is taken of a line is
// what would be written.
func FuzzTally(f *testing.F) {
	f.Add(appendNote(appendNote(nil, "journal.elp-tig-2011-09-10.k3f9a2", 17), "catalogue.team.elp", -3))
	f.Add([]byte("journal.a.1 1 00000000\n\n \n  \n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		of, strange := parseTally(text)
		lines := 0
		for line := range bytes.Lines(text) {
			lines++
			if subject, n, ok := parseNote(line); ok && !bytes.Equal(appendNote(nil, subject, n), line) {
				t.Fatalf("%q is taken as %q, %d", line, subject, n)
			}
		}
		if len(of)+strange > lines {
			t.Fatalf("%d and %d of %d lines", len(of), strange, lines)
		}
	})
}
