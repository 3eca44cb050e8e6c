package browser

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"matchstream/internal/match"
	"matchstream/internal/node"
	"matchstream/matches"
)

const operatorToken = "the-operator-of-these-tests"

// server is a real node, which can be stopped and started again on its data
// and its addresses.
type server struct {
	testing.TB
	*node.Node
	config node.Config
	http   *http.Client
}

// hosts is how many addresses were given out.
var hosts atomic.Int64

// newServer runs a node until the test is over, on an address of its own: so its ports
// stay free while it is away, and clients' own are on 127.0.0.1.
func newServer(t testing.TB) *server {
	t.Helper()
	at := fmt.Sprintf("127.%d.%d.%d:0", 1+os.Getpid()/250%250, 1+os.Getpid()%250, hosts.Add(1))
	s := &server{TB: t, http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, config: node.Config{
		Data: t.TempDir(), Store: "embedded", HTTP: at, TCP: at, Admin: at, OperatorToken: operatorToken,
		HandshakeTimeout: time.Minute, SendTimeout: 32 * time.Second, Heartbeat: 15 * time.Second, Lag: 1000, Users: 1000,
		Drain: 10 * time.Millisecond, Version: "test",
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))}}
	t.Cleanup(s.stop)
	s.start()
	s.config.HTTP, s.config.TCP, s.config.Admin = s.HTTPAddr(), s.TCPAddrs()[0], s.AdminAddr()
	return s
}

func (s *server) start() {
	s.Helper()
	n, err := node.Start(context.Background(), s.config)
	if err != nil {
		s.Fatal(err)
	}
	s.Node = n
}

func (s *server) stop() {
	if s.Node == nil {
		return
	}
	if err := s.Shutdown(context.Background()); err != nil {
		s.Errorf("shutdown: %v", err)
	}
	s.Node = nil
}

// site is the address of its pages.
func (s *server) site() string { return "http://" + s.config.HTTP }

// ask sends a request as the operator, and gives the answer's body; a status
// that is not 2xx fails the test.
func (s *server) ask(method, path, body string) []byte {
	s.Helper()
	r, err := http.NewRequest(method, s.site()+path, bytes.NewReader([]byte(body)))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+operatorToken)
	a, err := s.http.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode/100 != 2 {
		s.Fatalf("%s %s %s: %d %s %v", method, path, body, a.StatusCode, b, err)
	}
	return b
}

// team makes a team.
func (s *server) team(id, name string) {
	s.Helper()
	s.ask("PUT", "/1/team/"+id, fmt.Sprintf(`{"name":%q}`, name))
}

// create makes a match of two teams that there are, and gives its id.
func (s *server) create(home, visit, date string) string {
	s.Helper()
	s.ask("POST", "/1/matches", fmt.Sprintf(`{"home":%q,"visit":%q,"date":%q}`, home, visit, date))
	return match.MakeID(home, visit, date)
}

// post adds events to a match.
func (s *server) post(id string, bodies ...string) {
	s.Helper()
	for _, body := range bodies {
		s.ask("POST", "/1/match/"+id+"/events", body)
	}
}

// prepare makes the match of a timeline, nothing of which has happened yet.
func (s *server) prepare(file string) (id string, lines []match.Line) {
	s.Helper()
	b, err := matches.FS.ReadFile(file)
	if err != nil {
		s.Fatal(err)
	}
	tl, err := match.ReadTimeline(bytes.NewReader(b))
	if err != nil {
		s.Fatal(err)
	}
	s.team(tl.Home.ID, tl.Home.Name)
	s.team(tl.Visit.ID, tl.Visit.Name)
	s.ask("POST", "/1/matches", fmt.Sprintf(`{"home":%q,"visit":%q,"date":%q,"stadium":%q,"competition":%q}`,
		tl.Home.ID, tl.Visit.ID, tl.Date, tl.Stadium, tl.Competition))
	return tl.ID(), tl.Lines
}
