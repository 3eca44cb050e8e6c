package gate_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/access"
	"matchstream/internal/api"
	"matchstream/internal/gate"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/proxy"
	"matchstream/internal/pump"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is a safety net for a read that would never end; no test that
// passes waits for it.
const patience = 30 * time.Second

// seed is the match of most tests.
const seed = "elp-tig-2011-09-10"

// setting is what a test may change of its rig.
type setting struct {
	store     store.Store
	shared    bool // with other nodes
	pump      pump.Options
	handshake time.Duration
	drain     time.Duration
	max       int
	perIP     int
	proxies   string       // networks; "": none
	secure    *tls.Config  // both doors are TLS; nil: plain
	tcp, http net.Listener // nil: on loopback
	access    *access.Log  // nil: none
	epoll     bool         // the doors are the pump's own; then both are nil
}

// rig is the doors of a node over a store in memory. Its clock stands still
// and its epochs are always the same, so its bytes are.
type rig struct {
	testing.TB
	setting setting
	live    *live.Live
	gate    *gate.Gate
	pump    pump.Pump
	other   *pump.Goroutine // the portable one
	polled  *pump.Epoll     // nil: pump is the portable one
	door    *gate.Door
	at      [2]net.Addr // of TCP and HTTP
	server  *http.Server
	now     atomic.Int64 // Unix milliseconds
	dialled atomic.Int32
	serving sync.WaitGroup
	stopped sync.Once
	drained sync.Once
}

func newRig(t testing.TB, s setting) *rig {
	t.Helper()
	r := &rig{TB: t, setting: s}
	r.now.Store(time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC).UnixMilli())
	if s.store == nil {
		s.store = memory.New()
	}
	if s.pump.SendTimeout == 0 {
		s.pump.SendTimeout = 32 * time.Second
	}
	if s.handshake == 0 {
		s.handshake = time.Minute
	}
	if s.tcp == nil && !s.epoll {
		s.tcp, s.http = listen(t), listen(t)
	}
	r.setting = s
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	var err error
	r.live, err = live.Open(context.Background(), s.store, live.Options{Log: log, Users: 1000, Shared: s.shared,
		Clock:  func() time.Time { return time.UnixMilli(r.now.Load()) },
		Random: rand.NewChaCha8([32]byte{1})})
	if err != nil {
		t.Fatal(err)
	}
	r.other = pump.NewGoroutine(s.pump)
	r.pump = r.other
	if s.epoll {
		if r.polled, err = pump.NewEpoll(s.pump, 10_000); err != nil {
			t.Fatal(err)
		}
		r.pump = r.polled
	}
	var proxies proxy.Networks
	if s.proxies != "" {
		if proxies, err = proxy.ParseNetworks(s.proxies); err != nil {
			t.Fatal(err)
		}
	}
	r.gate = gate.New(gate.Options{Live: r.live, Pump: r.pump, Portable: r.other, HandshakeTimeout: s.handshake, SendTimeout: s.pump.SendTimeout, Drain: s.drain,
		MaxConnections: s.max, MaxPerIP: s.perIP, Proxies: proxies, Log: log, Access: s.access, Problem: api.Refuse})
	r.door = r.gate.NewDoor(s.secure)
	r.server = &http.Server{ConnState: gate.ConnState, ConnContext: gate.ConnContext, Handler: gate.Served(r.gate.Forwarded(s.access.Handler(r.mux()))),
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug), TLSConfig: s.secure}
	if s.epoll {
		r.listen()
	} else {
		r.at = [2]net.Addr{s.tcp.Addr(), s.http.Addr()}
		r.serving.Go(func() { r.gate.ServeTCP(s.tcp, r.door) })
	}
	lodging := r.setting.http
	if !s.epoll {
		lodging = r.gate.Lodge(lodging, s.secure)
	}
	r.serving.Go(func() { r.server.Serve(lodging) })
	t.Cleanup(r.stop)
	return r
}

// listen opens the doors of a pump that has listeners of its own.
func (r *rig) listen() {
	door := r.gate.NewHTTPDoor(r.setting.secure)
	for i, d := range []interface {
		pump.Door
		Patience() pump.Patience
	}{r.door, door} {
		at, err := r.polled.Listen("127.0.0.1:0", d, d.Patience())
		if err != nil {
			r.Fatal(err)
		}
		r.at[i] = at
	}
	door.Listening(r.at[1])
	r.setting.http = door
}

// inBubble runs a test whose time passes only when nothing else happens, with
// a rig on pipes. change may change the setting; it may be nil.
func inBubble(t *testing.T, change func(*setting), test func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := setting{tcp: newPipes(), http: newPipes()}
		if change != nil {
			change(&s)
		}
		test(t, newRig(t, s))
	})
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (r *rig) mux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /1/match/{id}/stream", r.gate.ServeSSE)
	mux.HandleFunc("GET /1/match/{id}/ws", r.gate.ServeWebSocket)
	mux.HandleFunc("GET /1/stream", r.gate.ServeBoard)
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("hello")) })
	who := func(w http.ResponseWriter, q *http.Request) {
		fmt.Fprintf(w, "%s %s %v", q.RemoteAddr, q.Host, q.Header["X-Forwarded-Proto"])
	}
	mux.HandleFunc("GET /who", who)
	mux.HandleFunc("GET /healthz", who)
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, q *http.Request) { io.Copy(w, q.Body) })
	return mux
}

// stop ends everything as a node does; the store stays open. Calls after the
// first wait for it.
func (r *rig) stop() {
	r.stopped.Do(func() {
		if r.polled != nil {
			r.polled.Shut()
		} else {
			r.setting.tcp.Close()
		}
		r.setting.http.Close()
		r.gate.Close()
		r.drain(r.setting.drain)
		r.server.Close()
		r.serving.Wait()
		r.pump.Close()
		r.live.Close()
	})
}

// drain ends all streams; calls after the first wait for it.
func (r *rig) drain(over time.Duration) {
	r.drained.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), over+patience)
		defer cancel()
		var both sync.WaitGroup
		both.Go(func() { r.other.Drain(over); r.other.Drained(ctx) })
		if r.polled != nil {
			both.Go(func() { r.polled.Drain(over); r.polled.Drained(ctx) })
		}
		both.Wait()
		if ctx.Err() != nil {
			r.Error("the drain had to cut streams off")
		}
	})
}

// names of the teams, as far as they are not their ids.
var names = map[string]string{"elp": "Estudiantes de La Plata", "tig": "Tigre", "arg": "Argentina", "fra": "France"}

// create a match and its teams.
func (r *rig) create(id string) {
	r.Helper()
	home, visit, date, err := match.ParseID(id)
	if err != nil {
		r.Fatal(err)
	}
	for _, team := range []string{home, visit} {
		name := names[team]
		if name == "" {
			name = team
		}
		if _, _, err := r.live.PutTeam(context.Background(), match.Team{ID: team, Name: name}); err != nil {
			r.Fatal(err)
		}
	}
	_, err = r.live.Create(context.Background(), live.Creation{
		Info:   match.Info{Home: home, Visit: visit, Date: date, Speed: 1},
		Answer: func(match.View) []byte { return []byte("{}") }})
	if err != nil {
		r.Fatal(err)
	}
}

func (r *rig) match(id string) *live.Match {
	r.Helper()
	m, err := r.live.Match(context.Background(), id)
	if err != nil {
		r.Fatal(err)
	}
	return m
}

// count of a match's audience.
func (r *rig) count(id string) live.Audience { return r.countOf(r.match(id)) }

func (r *rig) countOf(m *live.Match) live.Audience {
	r.Helper()
	a, err := m.Audience(context.Background())
	if err != nil {
		r.Fatal(err)
	}
	return a
}

// visits of a user.
func (r *rig) visits(user string) uint64 {
	r.Helper()
	n, err := r.live.Visits(context.Background(), user)
	if err != nil {
		r.Fatal(err)
	}
	return n
}

// post an event to a match and return its position.
func (r *rig) post(id, body string) match.Position {
	r.Helper()
	p, err := r.try(id, body)
	if err != nil {
		r.Fatalf("%s: %v", body, err)
	}
	return p
}

func (r *rig) try(id, body string) (match.Position, error) {
	request, err := match.ParseRequest([]byte(body))
	if err != nil {
		return match.Position{}, err
	}
	m := r.match(id)
	e, err := m.Append(context.Background(), request, live.Appending{By: "operator"})
	return match.Position{ID: e.ID, Epoch: m.View().Info.Epoch}, err
}

func (r *rig) delete(id string) {
	r.Helper()
	if err := r.live.Delete(context.Background(), id); err != nil {
		r.Fatal(err)
	}
}

// start is the body of a start with the smallest line-ups there can be.
var start = `{"kind":"start",` +
	`"home_players":[{"number":25,"name":"Albil"},{"number":14,"name":"Mercado"},{"number":2,"name":"Desabato"},{"number":11,"name":"Veron"},{"number":10,"name":"Fernandez"},{"number":18,"name":"Fernandez"},{"number":9,"name":"Boselli"}],` +
	`"visit_players":[{"number":12,"name":"Garcia"},{"number":3,"name":"Blengio"},{"number":5,"name":"Castano"},{"number":6,"name":"Martinez"},{"number":10,"name":"Morales"},{"number":7,"name":"Luna"},{"number":9,"name":"Maggiolo"}]}`

// dial opens a connection to one of the rig's listeners.
func (r *rig) dial(l net.Listener) net.Conn {
	r.Helper()
	if p, ok := l.(*pipes); ok {
		return p.dial(r)
	}
	at := r.at[0]
	if l != nil && l == r.setting.http {
		at = r.at[1]
	}
	var d net.Dialer
	if r.setting.access != nil { // its lines know a client by his address: a port may be given out twice
		n := r.dialled.Add(1)
		d.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 1, byte(n>>8), byte(n))}
	}
	c, err := d.Dial("tcp", at.String())
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { c.Close() })
	return c
}

// watch opens a connection and says what a client says first: a line of the
// TCP protocol, or an HTTP request, which goes to the HTTP listener.
func (r *rig) watch(says string) *client {
	r.Helper()
	l := r.setting.tcp
	if strings.HasPrefix(says, "GET ") || strings.HasPrefix(says, "HEAD ") {
		l = r.setting.http
	}
	c := newClient(r, r.dial(l))
	if _, bubble := l.(*pipes); bubble {
		c.patience = 24 * time.Hour // of a clock that does not stand still for nothing
	}
	c.say(says)
	return c
}
