package live_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/embedded"
	"matchstream/internal/store/memory"
)

// drop takes an entry out of the catalogue behind everybody's back.
func drop(t *testing.T, s store.Store, key string) {
	t.Helper()
	e, err := s.Get(context.Background(), key)
	must(t, err)
	must(t, s.Delete(context.Background(), key, e.Revision))
}

// A match whose entry is lost is served as far as its journal tells, and can
// only be deleted; nobody makes another in its place without a word.
func TestLostDescription(t *testing.T) {
	s, clock := memory.New(), newClock()
	l := clock.open(t, s)
	m := create(t, l)
	other := createElsewhere(t, l)
	play(t, m, whole...)
	play(t, other, start)
	want, k := m.View().State.Sides, key(m)
	l.Close()
	drop(t, s, "match/"+id)

	var said log
	options := clock.options()
	options.Log = logTo(said.add)
	l, err := live.Open(context.Background(), s, options)
	must(t, err)
	m = find(t, l)
	takesNothing(t, m, int64(len(whole)), "its entry in the catalogue is lost")
	if got := m.View(); got.State.Sides[0].Score != want[0].Score || got.State.Sides[1].Score != want[1].Score || got.Info.Date != "2011-09-10" {
		t.Fatalf("it stands at %+v", got.State.Sides)
	}
	if !said.has(id, "its entry in the catalogue is lost") {
		t.Fatalf("the log says:\n%s", said.text())
	}
	_, err = l.Create(context.Background(), creation())
	wants(t, err, live.ErrExists)
	must(t, l.Delete(context.Background(), id))
	if left, _ := s.Read(context.Background(), k, 1); len(left) != 0 {
		t.Fatal("it left something behind")
	}
	_, err = l.Create(context.Background(), creation())
	must(t, err)
	l.Close()
}

// A deletion that was cut off between the catalogue and the journal is finished
// by the next start, and is no loss.
func TestDeletionIsNoLoss(t *testing.T) {
	f, clock := newFaulty(memory.New()), newClock()
	l := clock.open(t, f)
	m := create(t, l)
	play(t, m, start)
	k := key(m)
	f.set(failing("purge", false, store.ErrUnavailable))
	must(t, l.Delete(context.Background(), id))
	l.Close()
	if left, _ := f.Store.Read(context.Background(), k, 1); len(left) != 2 {
		t.Fatalf("%d records are left", len(left))
	}
	f.set(healthy)
	var said log
	options := clock.options()
	options.Log = logTo(said.add)
	l, err := live.Open(context.Background(), f, options)
	must(t, err)
	defer l.Close()
	if said.text() != "" {
		t.Fatalf("the log says:\n%s", said.text())
	}
	if journals, _ := f.Journals(context.Background()); len(journals) != 0 || l.Len() != 0 || l.Damaged() != 0 {
		t.Fatalf("journals %v, %d matches", journals, l.Len())
	}
}

// A match that another node makes and plays while this one starts is no loss.
func TestMadeDuringTheStart(t *testing.T) {
	s, clock := &late{Store: memory.New()}, newClock()
	a := clock.open(t, s.Store)
	defer a.Close()
	putTeams(t, a)
	s.listed = func() {
		_, err := a.Create(context.Background(), creation())
		must(t, err)
		play(t, find(t, a), start)
	}
	b := clock.open(t, s)
	defer b.Close()
	if b.Damaged() != 0 {
		t.Fatal("it is taken for lost")
	}
	play(t, reached(t, b, 1), goal)
}

// late does something just after the catalogue was listed, and the catalogue's
// news are still on their way.
type late struct {
	store.Store
	listed func()
}

func (s *late) Watch(ctx context.Context, ready func(), _ func(store.Entry)) error {
	ready()
	<-ctx.Done()
	return ctx.Err()
}

func (s *late) List(ctx context.Context, prefix string) ([]store.Entry, error) {
	all, err := s.Store.List(ctx, prefix)
	if f := s.listed; f != nil && prefix == "match/" {
		s.listed = nil
		f()
	}
	return all, err
}

// A team that is lost is told of, and its id stands for its name.
func TestLostTeam(t *testing.T) {
	s, clock := memory.New(), newClock()
	l := clock.open(t, s)
	play(t, create(t, l), start)
	l.Close()
	drop(t, s, "team/tig")
	var said log
	options := clock.options()
	options.Log = logTo(said.add)
	l, err := live.Open(context.Background(), s, options)
	must(t, err)
	defer l.Close()
	if got := find(t, l).View().Teams[match.Visit].Name; got != "tig" || !said.has("its entry is lost", "tig") {
		t.Fatalf("it is called %s; the log says:\n%s", got, said.text())
	}
	play(t, find(t, l), goal)
}

// Entries that this program would not have written.
func TestImpossibleEntries(t *testing.T) {
	s := memory.New()
	l := newClock().open(t, s)
	create(t, l)
	play(t, find(t, l), start, stop)
	catalogued(t, l, func() bool { return l.MarkedOver(id) })
	l.Close()
	good := map[string]string{}
	for _, key := range []string{"match/" + id, "team/elp"} {
		e, err := s.Get(context.Background(), key)
		must(t, err)
		good[key] = string(e.Value)
	}
	for name, c := range map[string]struct{ key, old, new, want string }{
		"nothing":           {"match/" + id, "", `{"v":1}`, "it has no description of a match"},
		"no format":         {"match/" + id, `{"v":1,`, `{`, "expected its format"},
		"another match":     {"match/" + id, `"id":"elp-tig-2011-09-10"`, `"id":"elp-tig-2012-09-10"`, `it describes the match "elp-tig-2012-09-10"`},
		"other teams":       {"match/" + id, `"home":"elp"`, `"home":"boc"`, "expected boc-tig-2011-09-10"},
		"no epoch":          {"match/" + id, `"epoch":"`, `"apoch":"`, "its match has no epoch"},
		"never made":        {"match/" + id, `"created":1`, `"created":-1`, "its match has the creation time -"},
		"impossible end":    {"match/" + id, `"score":[0,0]`, `"score":[0,-1]`, "cannot be over like this"},
		"end at no time":    {"match/" + id, `"since":1`, `"since":-1`, "cannot be over like this"},
		"speed":             {"match/" + id, `"speed":1`, `"speed":-1`, "speed: expected"},
		"no team":           {"team/elp", "", `{"v":1}`, "it has no team"},
		"another team":      {"team/elp", `"id":"elp"`, `"id":"tig"`, `it is of the team "tig"`},
		"team with no name": {"team/elp", `"name":"Estudiantes"`, `"name":""`, "name: expected"},
	} {
		t.Run(name, func(t *testing.T) {
			value := c.new
			if c.old != "" {
				if value = strings.Replace(good[c.key], c.old, c.new, 1); value == good[c.key] {
					t.Fatalf("%s is not in %s", c.old, value)
				}
			}
			e, err := s.Get(context.Background(), c.key)
			must(t, err)
			_, err = s.Put(context.Background(), c.key, []byte(value), e.Revision)
			must(t, err)
			l, err := live.Open(context.Background(), s, newClock().options())
			if err == nil {
				l.Close()
				t.Fatal("it started")
			}
			for _, want := range []string{c.want, c.key} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v; expected %q", err, want)
				}
			}
			if e, err = s.Get(context.Background(), c.key); err != nil {
				t.Fatal(err)
			}
			_, err = s.Put(context.Background(), c.key, []byte(good[c.key]), e.Revision)
			must(t, err)
		})
	}
}

// Bits that turn on a real disk: of an event, of a match's entry, and of a
// match's last event. What can be read is served, what is damaged stays so over
// kills and can be deleted, and everything else can be written.
func TestDiskDamages(t *testing.T) {
	clock, dir := newClock(), t.TempDir()
	disk := func() store.Store {
		t.Helper()
		s, err := embedded.Open(context.Background(), embedded.Options{Dir: dir})
		must(t, err)
		return s
	}
	s := disk()
	l := clock.open(t, s)
	create(t, l)
	for day, date := range []string{"2011-09-11", "2011-09-12", "2011-09-13"} {
		c := creation()
		c.Info.Date, c.Info.Stadium = date, []string{"first", "second", "third"}[day]+" stadium"
		_, err := l.Create(context.Background(), c)
		must(t, err)
		m, err := l.Match(context.Background(), "elp-tig-"+date)
		must(t, err)
		play(t, m, start, `{"kind":"comment","comment":"middle of `+date+`"}`, goal, `{"kind":"comment","comment":"end of `+date+`"}`)
	}
	l.Close()
	must(t, s.Close())
	streams := filepath.Join(dir, "jetstream", "$G", "streams")
	turn(t, filepath.Join(streams, "JOURNAL", "msgs", "1.blk"), "middle of 2011-09-11")
	turn(t, filepath.Join(streams, "CATALOGUE", "msgs", "1.blk"), "second stadium")
	turn(t, filepath.Join(streams, "JOURNAL", "msgs", "1.blk"), "end of 2011-09-13")

	damaged := map[string]struct {
		last int64
		why  string
	}{
		"elp-tig-2011-09-11": {1, "record 2 is missing"},
		"elp-tig-2011-09-12": {4, "its entry in the catalogue is lost"},
		"elp-tig-2011-09-13": {3, "records to number 4 were acknowledged, they can be read to number 3"},
	}
	for range 3 {
		s = disk()
		l = clock.open(t, s)
		if n := l.Damaged(); n != len(damaged) {
			t.Fatalf("%d matches are damaged", n)
		}
		for match, c := range damaged {
			m, err := l.Match(context.Background(), match)
			must(t, err)
			takesNothing(t, m, c.last, c.why)
		}
		l.Close()
		must(t, s.Close())
		likeKilled(t, dir)
	}
	s = disk()
	l = clock.open(t, s)
	for match := range damaged {
		must(t, l.Delete(context.Background(), match))
	}
	play(t, find(t, l), start)
	_, _, err := l.PutTeam(context.Background(), match.Team{ID: "boc", Name: "Boca"})
	must(t, err)
	l.Close()
	must(t, s.Close())
	likeKilled(t, dir)
	var said log
	options := clock.options()
	options.Log = logTo(said.add)
	s = disk()
	defer s.Close()
	l, err = live.Open(context.Background(), s, options)
	must(t, err)
	defer l.Close()
	if l.Len() != 1 || l.Damaged() != 0 || said.text() != "" {
		t.Fatalf("%d matches, %d damaged; the log says %s", l.Len(), l.Damaged(), said.text())
	}
	play(t, find(t, l), goal)
	c := creation()
	c.Info.Date = "2011-09-12"
	_, err = l.Create(context.Background(), c)
	must(t, err)
}

// likeKilled makes a folder what a kill leaves: JetStream counts anew.
func likeKilled(t *testing.T, dir string) {
	t.Helper()
	for _, stream := range []string{"JOURNAL", "CATALOGUE"} {
		must(t, os.Remove(filepath.Join(dir, "jetstream", "$G", "streams", stream, "msgs", "index.db")))
	}
	must(t, os.WriteFile(filepath.Join(dir, "lock"), []byte("1\n"), 0o600))
}

// turn flips a bit of a file, where text begins.
func turn(t *testing.T, path, text string) {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	i := strings.Index(string(b), text)
	if i < 0 {
		t.Fatalf("%q is not in %s", text, path)
	}
	b[i] ^= 1
	must(t, os.WriteFile(path, b, 0o600))
}

// Whatever lies in the catalogue: no panic, and what is taken is a match or a
// team that could have been made.
func FuzzCatalogue(f *testing.F) {
	s := memory.New()
	l := newClock().open(f, s)
	create(f, l)
	play(f, find(f, l), start, stop)
	l.Close()
	entries, err := s.List(context.Background(), "")
	must(f, err)
	for _, e := range entries {
		f.Add(e.Key, e.Value)
	}
	f.Fuzz(func(t *testing.T, key string, value []byte) {
		if store.CheckEntry(key, value) != nil || value == nil {
			return
		}
		l := newClock().open(t, memory.New())
		defer l.Close()
		if err := live.Catalogued(l, store.Entry{Key: key, Value: value, Revision: 1}); err != nil {
			return
		}
		for _, m := range l.Matches() {
			if m.Info.Validate() != nil || key != "match/"+m.Info.ID {
				t.Fatalf("%s: %+v", key, m)
			}
		}
		for _, team := range l.Teams() {
			if team.Validate() != nil || key != "team/"+team.ID {
				t.Fatalf("%s: %+v", key, team)
			}
		}
	})
}

// Whatever lies in the journal: no panic, and what is folded is what the
// program would have written.
func FuzzRecord(f *testing.F) {
	s, clock := memory.New(), newClock()
	l := clock.open(f, s)
	m := create(f, l)
	play(f, m, whole...)
	records, err := s.Read(context.Background(), key(m), 1)
	must(f, err)
	f.Cleanup(l.Close)
	for _, r := range records {
		f.Add(r.Data, false)
		f.Add([]byte(`{"v":2`+strings.TrimSuffix(string(r.Data[28:len(r.Data)-21]), `"`)+"}"), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, seal bool) {
		s := memory.New()
		l := clock.open(t, s)
		defer l.Close()
		m := create(t, l)
		if seal {
			if !strings.HasPrefix(string(data), `{"v":2,"`) || !strings.HasSuffix(string(data), "}") || len(data) < 10 {
				return
			}
			data = m.Seal(data)
		}
		m.Hear(store.Record{Key: key(m), Number: 1, Mark: 1, Data: data})
		v := m.View()
		if v.State.LastID == 0 {
			return
		}
		if len(v.State.Log) != 1 || v.State.LastID != 1 || !json.Valid(data) {
			t.Fatalf("%q folds to %+v", data, v.State)
		}
		shown(t, m)
	})
}
