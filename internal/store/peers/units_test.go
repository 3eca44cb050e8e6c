package peers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/store/embedded"
	"matchstream/internal/store/jetstream"
	"matchstream/internal/store/memory"
)

func TestWhoBelongsToTheCluster(t *testing.T) {
	for _, c := range []struct{ name, listen, peers, all string }{
		{"b", ":6222", "a:6222,b:6222,c:6222", "b:6222 a:6222 c:6222"},
		{"b", ":6222", "b.svc:6222,a.svc:6222,c.svc:6222", "b.svc:6222 a.svc:6222 c.svc:6222"},
		{"x", "127.0.0.2:6222", "127.0.0.1:6222,127.0.0.2:6222,127.0.0.3:6222", "127.0.0.2:6222 127.0.0.1:6222 127.0.0.3:6222"},
		{"x", "0.0.0.0:6222", "198.51.100.1:6222,127.0.0.1:6222,198.51.100.3:6222", "127.0.0.1:6222 198.51.100.1:6222 198.51.100.3:6222"},
		{"x", "127.0.0.1:6223", "127.0.0.1:6222,127.0.0.1:6224", "127.0.0.1:6223 127.0.0.1:6222 127.0.0.1:6224"}, // without its own
		{"x", ":6222", "198.51.100.1:6222,198.51.100.2:6222", "127.0.0.1:6222 198.51.100.1:6222 198.51.100.2:6222"},
		{"10", ":6222", "10.255.255.1:6222,198.51.100.2:6222", "127.0.0.1:6222 10.255.255.1:6222 198.51.100.2:6222"}, // no name of a host
		{"b", ":6222", "a:6222,b:6222", ""},
		{"c", ":6222", "198.51.100.1:6222", ""},
	} {
		list, err := ParsePeers(c.peers)
		if err != nil {
			t.Fatal(err)
		}
		m, err := members(c.name, c.listen, list)
		if c.all == "" {
			if err == nil || !strings.Contains(err.Error(), "--cluster-peers has 2") {
				t.Errorf("%s on %s of %s: %v, expected that two are too few", c.name, c.listen, c.peers, err)
			}
		} else if got := strings.Join(m.all, " "); err != nil || got != c.all {
			t.Errorf("%s on %s of %s: %q, %v, expected %q", c.name, c.listen, c.peers, got, err, c.all)
		}
	}
}

func TestBadSettingsAreRefused(t *testing.T) {
	for _, bad := range []string{"", "a", "a:", ":6222", "a:0", "a:65536", "a:6222,", "a:6222,a:6222", "u@a:6222", "a/b:6222"} {
		if got, err := ParsePeers(bad); err == nil {
			t.Errorf("peers %q: %q, expected an error", bad, got)
		}
	}
	for _, bad := range []string{"", "A", "a.b", "-a", "a-", "a b", "ä", strings.Repeat("a", 33)} {
		if CheckName(bad) == nil {
			t.Errorf("name %q: expected an error", bad)
		}
	}
	for _, bad := range []string{"", "6222", ":0", "a:b"} {
		if CheckListen(bad) == nil {
			t.Errorf("listen %q: expected an error", bad)
		}
	}
	for _, bad := range []string{"", "short", strings.Repeat("x", 31), strings.Repeat("x", 32) + "\n" + "y"} {
		if _, err := ParseSecret(bad); err == nil {
			t.Errorf("secret %q: expected an error", bad)
		}
	}
	for _, good := range []string{"a", "node-1", "1", strings.Repeat("a", 32)} {
		if err := CheckName(good); err != nil {
			t.Error(err)
		}
	}
}

func FuzzParsePeers(f *testing.F) {
	f.Add("a:6222,b:6222, [::1]:6222")
	f.Add("u:p@a:1")
	f.Fuzz(func(t *testing.T, list string) {
		all, err := ParsePeers(list)
		if err != nil {
			return
		}
		again, err := ParsePeers(strings.Join(all, ","))
		if err != nil || !slices.Equal(all, again) {
			t.Errorf("%q is read as %q, and that as %q, %v", list, all, again, err)
		}
		for _, r := range (membership{all: all}).routes(nil) {
			if !slices.Contains(all, r.Host) || r.Port() == "" {
				t.Errorf("%q: the route %s is to none of them", list, r)
			}
		}
	})
}

// TestScout: what one that is new makes of what it hears.
func TestScout(t *testing.T) {
	p := plan{node: "c", listen: "198.51.100.3:1", members: membership{own: "c:1", named: true, all: []string{"c:1", "x:1", "y:1"}, others: []string{"x:1", "y:1"}}}
	hosts := func(host string) []string {
		return map[string][]string{"x": {"198.51.100.1"}, "y": {"198.51.100.2"}, "z": {"198.51.100.1"}, "mine": {"198.51.100.3"}}[host]
	}
	own := hello{Server: "own", Node: "c", Stage: stageScout}
	at := func(n, own string, at ...string) hello {
		return hello{Server: n, Node: n, Stage: stageScout, Own: own, At: at}
	}
	scout := func(n string) hello { return hello{Server: n, Node: n, Stage: stageScout} }
	first := func(n string) hello { return hello{Server: n, Node: n, Stage: stageFirst} }
	member := func(n string, of ...string) hello {
		h := hello{Server: n, Node: n, Stage: stageMember, Leads: of != nil}
		for _, o := range of {
			h.Members = append(h.Members, peerID(o))
		}
		return h
	}
	for _, c := range []struct {
		what         string
		heard        []hello
		ready        bool
		waits, fails string
	}{
		{"alone", []hello{own}, false, "waits for 2 more", ""},
		{"one is missing", []hello{own, scout("a")}, false, "waits for 1 more", ""},
		{"all are new", []hello{own, scout("a"), scout("b")}, true, "", ""},
		{"others have begun", []hello{own, first("a"), scout("b")}, true, "", ""},
		{"a cluster that does not know it", []hello{own, member("a", "a", "b", "x"), member("b")}, true, "", ""},
		{"a cluster that knows it", []hello{own, member("b"), member("a", "a", "b", "c")}, false, "", "admin cluster remove c"},
		{"no leader now", []hello{own, member("a"), member("b")}, false, "a majority of the cluster", ""},
		{"no leader, and one that is new as well", []hello{own, member("a"), scout("b")}, false, "a majority of the cluster", ""},
		{"all say that they are in the list", []hello{own, at("a", "x:1"), at("b", "y:1")}, true, "", ""},
		{"one is called otherwise in its own list", []hello{own, at("a", "localhost:1", "198.51.100.1:1"), at("b", "y:1")}, true, "", ""},
		{"one has a list without itself", []hello{own, at("a", "", "198.51.100.1:1"), at("b", "")}, true, "", ""},
		{"one is in the place of another", []hello{own, at("a", "x:1"), at("d", "d:1", "198.51.100.4:1")}, false, "does not have d (d:1)", ""},
		{"one is another's name on another port", []hello{own, at("a", "x:1"), at("b", "y:2", "198.51.100.2:2")}, false, "waits for 1 more of y:1", ""},
		{"its name was removed, as one says who does not lead", []hello{own, member("a", "a", "b", "x"), {Server: "b", Node: "b", Stage: stageMember, Removed: map[string]time.Duration{peerID("c"): 296 * time.Second}}}, false, "", "start it in 4m56s, or now with a new name"},
		{"another name was removed", []hello{own, {Server: "b", Node: "b", Stage: stageMember, Removed: map[string]time.Duration{peerID("d"): time.Minute}}, member("a", "a", "b", "x")}, true, "", ""},
		{"its name is taken", []hello{own, {Server: "other", Node: "c", Stage: stageMember}}, false, "", "another process runs as node c"},
	} {
		ready, waits, err := p.judge("own", c.heard, hosts)
		if ready != c.ready || !strings.Contains(waits, c.waits) || (c.waits == "") != (waits == "") {
			t.Errorf("%s: ready %v, %q; expected %v, %q", c.what, ready, waits, c.ready, c.waits)
		}
		if (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%s: %v, expected %q", c.what, err, c.fails)
		}
	}
}

// TestFolder: what a restart makes of the stage that is noted, with the server's
// files and without them.
func TestFolder(t *testing.T) {
	for _, c := range []struct {
		stage       string
		files       bool
		read, fails string
	}{
		{stageFirst, true, stageFirst, ""},
		{stageFirst, false, "", ""}, // it scouts
		{stageMember, true, stageMember, ""},
		{stageMember, false, "", "are gone"},
		{stageRemoved, true, "", "was removed"},
	} {
		f := &folder{dir: t.TempDir(), node: "a"}
		if err := f.set(c.stage); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(filesOf(f.dir), systemAccount), 0o700); err != nil {
			t.Fatal(err)
		}
		if c.files {
			if err := os.MkdirAll(filepath.Join(filesOf(f.dir), systemAccount, "_js_", "_meta_"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		got, err := readFolder(f.dir, "a")
		if (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%s, files %v: %v, expected %q", c.stage, c.files, err, c.fails)
		} else if err == nil && got.stage != c.read {
			t.Errorf("%s, files %v: stage %q, expected %q", c.stage, c.files, got.stage, c.read)
		}
		if still := f.still(); (still == nil) != (c.files && c.fails == "") {
			t.Errorf("%s, files %v: to go on there: %v", c.stage, c.files, still)
		}
	}
	if err := (&folder{dir: t.TempDir(), node: "a"}).still(); !errors.Is(err, ErrLost) {
		t.Errorf("to go on in an empty folder: %v, expected ErrLost", err)
	}
	if err := (&folder{dir: filepath.Join(t.TempDir(), "gone"), node: "a"}).still(); err == nil {
		t.Error("to go on in a folder that is gone: expected an error")
	}
}

// TestTwoNamesOfOne: who is twice in the list is not counted twice, but named.
func TestTwoNamesOfOne(t *testing.T) {
	hosts := func(host string) []string {
		return map[string][]string{"x": {"198.51.100.1"}, "z": {"198.51.100.1"}, "mine": {"198.51.100.3"}}[host]
	}
	a := hello{Server: "a", Node: "a", Stage: stageScout, Own: "x:1", At: []string{"198.51.100.1:1"}}
	for _, c := range []struct {
		others      []string
		named       bool
		ready       bool
		waits, fail string
	}{
		{[]string{"x:1", "z:1"}, true, false, "", "x:1 and z:1 are both node a"},
		{[]string{"x:1", "mine:1"}, true, false, "", "c:1 and mine:1 are both node c"},
		{[]string{"x:1", "mine:1"}, false, true, "", ""}, // its own, which was not known as that
		{[]string{"x:1", "z:2"}, true, false, "waits for 1 more of z:2", ""},
		{[]string{"x:1", "c.elsewhere:1"}, true, false, "waits for 1 more of c.elsewhere:1", ""}, // a host of that name is another
	} {
		p := plan{node: "c", listen: "198.51.100.3:1", members: membership{own: "c:1", named: c.named, others: c.others}}
		ready, waits, err := p.judge("own", []hello{a}, hosts)
		if ready != c.ready || !strings.Contains(waits, c.waits) || (err == nil) != (c.fail == "") || err != nil && !strings.Contains(err.Error(), c.fail) {
			t.Errorf("%v: ready %v, %q, %v; expected %v, %q, %q", c.others, ready, waits, err, c.ready, c.waits, c.fail)
		}
	}
}

// TestRemovals: a name is kept out as long as the servers do so, by this node's clock.
func TestRemovals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &removals{}
		r.note("d")
		<-time.After(4 * time.Second)
		r.note("e")
		if left := r.left(); left["d"] != keptOut-4*time.Second || left["e"] != keptOut {
			t.Errorf("left are %v", left)
		}
		<-time.After(keptOut - 4*time.Second)
		if left := r.left(); len(left) != 1 || left["e"] != 4*time.Second {
			t.Errorf("when the first is over left are %v", left)
		}
		<-time.After(4 * time.Second)
		if left := r.left(); left != nil {
			t.Errorf("when all are over left are %v", left)
		}
	})
}

// TestTakenIn: one that is new begins when the leader counts it, and says what it
// waits for else.
func TestTakenIn(t *testing.T) {
	a := hello{Node: "a", Stage: stageMember, Leads: true, Members: []string{peerID("a"), peerID("b"), peerID("c")}}
	d := hello{Node: "d", Stage: stageFirst, Members: []string{peerID("d")}}
	p := plan{node: "d", stage: stageFirst}
	if begins, err := p.begins([]hello{a, d}); begins || err != nil {
		t.Errorf("a new one that the leader does not count: %v, %v", begins, err)
	}
	before := plan{node: "d", stage: stageMember}
	if begins, err := before.begins([]hello{a, d}); begins || err != nil {
		t.Errorf("one that took part and that the leader does not count: %v, %v", begins, err)
	}
	if begins, err := before.begins([]hello{d}); !begins || err != nil {
		t.Errorf("one that took part, and the leader says nothing: %v, %v", begins, err)
	}
	b := hello{Node: "b", Stage: stageMember, Removed: map[string]time.Duration{peerID("d"): time.Minute}}
	if begins, err := before.begins([]hello{a, b, d}); begins || !errors.Is(err, store.ErrRemoved) {
		t.Errorf("one that was removed while it was away: %v, %v", begins, err)
	}
	if all := []hello{a, d}; takenIn("d", all) || !strings.Contains(missing(p, all), "waits to be taken in by the leader") {
		t.Errorf("the leader does not count it: %s", missing(p, all))
	}
	a.Members = append(a.Members, peerID("d"))
	if all := []hello{a, d}; !takenIn("d", all) {
		t.Error("the leader counts it: expected that it is taken in")
	}
	if all := []hello{d}; takenIn("d", all) || !strings.Contains(missing(p, all), "to agree on a leader") {
		t.Errorf("nobody leads: %s", missing(p, all))
	}
}

// TestReplicas: of two streams the one with fewer counts, and none while one's are not
// known.
func TestReplicas(t *testing.T) {
	on := func(online ...bool) (all []Member) {
		for i, is := range online {
			all = append(all, Member{Name: string(rune('a' + i)), Online: is})
		}
		return all
	}
	journal := func(all []Member) Stream { return Stream{Name: jetstream.JournalStream, Replicas: 3, Nodes: all} }
	catalogue := func(all []Member) Stream {
		return Stream{Name: jetstream.CatalogueStream, Replicas: 3, Nodes: all}
	}
	for _, c := range []struct {
		what            string
		streams         []Stream
		known           bool
		online, missing int
		away            string
	}{
		{"all", []Stream{journal(on(true, true, true)), catalogue(on(true, true, true))}, true, 3, 0, ""},
		{"one is away", []Stream{journal(on(true, true, false)), catalogue(on(true, true, true))}, true, 2, 1, "c"},
		{"one is away, of the other stream", []Stream{journal(on(true, true, true)), catalogue(on(false, true, true))}, true, 2, 1, "a"},
		{"nobody has taken a place", []Stream{journal(on(true, true)), catalogue(on(true, true))}, true, 2, 1, ""},
		{"one more than need be, while it moves", []Stream{journal(on(true, true, true, true)), catalogue(on(true, true, true))}, true, 4, 0, ""},
		{"no leader of one", []Stream{journal(on(true, true, true))}, false, 0, 0, ""},
		{"a stream of others", []Stream{{Name: "OTHER", Replicas: 3}, journal(on(true, true, true)), catalogue(on(true, true, true))}, true, 3, 0, ""},
	} {
		r, known := replicasOf(&Status{Streams: c.streams})
		if known != c.known || known && (r.Online != c.online || r.Missing() != c.missing || strings.Join(r.Away, " ") != c.away) {
			t.Errorf("%s: %v %+v, missing %d; expected %v, %d, %d, %q", c.what, known, r, r.Missing(), c.known, c.online, c.missing, c.away)
		}
	}
}

// TestRemovedTakesNothing: who asks one that was removed is told that, and not that a
// disk cannot be written.
func TestRemovedTakesNothing(t *testing.T) {
	s := &Store{closing: t.Context()}
	for _, c := range []struct{ failed, is, not error }{
		{store.ErrRemoved, store.ErrRemoved, store.ErrUnwritable},
		{errors.New("its disk is gone"), store.ErrUnwritable, store.ErrRemoved},
	} {
		s.mu.failed = c.failed
		_, appended := s.Append(t.Context(), testKey, 0, 1, nil)
		_, put := s.Put(t.Context(), "x", nil, 0)
		for what, err := range map[string]error{"append": appended, "put": put, "trouble": s.Trouble()} {
			if !errors.Is(err, c.is) || errors.Is(err, c.not) || !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("%s: %v, expected %v", what, err, c.is)
			}
		}
	}
	s.Store, s.mu.failed = memory.New(), store.ErrRemoved
	defer s.Store.Close()
	_, read := s.Read(t.Context(), testKey, 1)
	_, end := s.End(t.Context())
	_, got := s.Get(t.Context(), "x")
	_, list := s.List(t.Context(), "x")
	for what, err := range map[string]error{"read": read, "end": end, "get": got, "list": list,
		"purge": s.Purge(t.Context(), testKey), "delete": s.Delete(t.Context(), "x", 0)} {
		if !errors.Is(err, store.ErrRemoved) {
			t.Errorf("%s: %v, expected that it was removed", what, err)
		}
	}
}

// TestRemovedWhileItsDiskFailed: who is taken out while its disk takes nothing is one that
// was removed once the disk takes writes again, and tries no more.
func TestRemovedWhileItsDiskFailed(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	f := &folder{dir: t.TempDir(), node: "a"}
	if err := f.set(stageMember); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(filesOf(f.dir), systemAccount, "_js_", "_meta_"), 0o700); err != nil {
		t.Fatal(err)
	}
	closing, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := &Store{log: log, folder: f, space: embedded.NewSpace(f.dir, log), closing: closing}
	s.mu.failed = errors.New("its disk takes nothing")
	tries := 0
	if s.again(func(context.Context) error {
		if tries++; tries > 1 {
			cancel()
		}
		return fmt.Errorf("%w while it was away", store.ErrRemoved)
	}) || tries != 1 {
		t.Errorf("it was tried %d times", tries)
	}
	if err := s.Trouble(); !errors.Is(err, store.ErrRemoved) {
		t.Errorf("its trouble is %v", err)
	}
}

// TestRemoveAnswersInTime: who asks for a removal that cannot be hears why, before he
// gives up himself.
func TestRemoveAnswersInTime(t *testing.T) {
	const client = 30 * time.Second // internal/client: patience
	if longest := electing + again + answering; longest > client-5*time.Second {
		t.Errorf("it may be refused after %v only, and a client is patient for %v", longest, client)
	}
}

// TestHostsNotFound: whose names lead nowhere is told, and only of those that are missing.
func TestHostsNotFound(t *testing.T) {
	hosts := func(host string) []string { return map[string][]string{"x": {"198.51.100.1"}}[host] }
	p := plan{node: "c", listen: "198.51.100.3:1", members: membership{own: "c:1", named: true, others: []string{"x:1", "y:1", "z:1", "198.51.100.9:1"}}}
	z := hello{Server: "z", Node: "z", Stage: stageScout, Own: "z:1"}
	_, waits, err := p.judge("own", []hello{z}, hosts)
	if err != nil || !strings.Contains(waits, "waits for 3 more of x:1, y:1, 198.51.100.9:1") || !strings.Contains(waits, "no address is found for y:1: are these hosts' names right") {
		t.Errorf("%q, %v; expected that y is not found", waits, err)
	}
}

// TestStarted: that a server cannot start is told when it is known, and not when it
// would be late.
func TestStarted(t *testing.T) {
	h, asked := newHealth(), time.Duration(0)
	taken := errors.New("the address is taken")
	err := started(h, func(within time.Duration) bool { asked += within; h.fail(taken); return false })
	if !errors.Is(err, taken) || asked >= time.Second {
		t.Errorf("%v, after %v", err, asked)
	}
	asked = 0
	if err := started(newHealth(), func(within time.Duration) bool { asked += within; return false }); err == nil || asked != patience {
		t.Errorf("never ready: %v, after %v", err, asked)
	}
	if err := started(newHealth(), func(time.Duration) bool { return true }); err != nil {
		t.Error(err)
	}
}
