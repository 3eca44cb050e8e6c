package follow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"matchstream/internal/client"
	"matchstream/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// These tests play servers that do what a good one does not, or seldom; what
// all three protocols do with a real one is in e2e.

// script is what a server does on each connection in turn; behind the last
// one the match is not there any more.
type script struct {
	*httptest.Server
	mu struct {
		sync.Mutex
		turns []func(w http.ResponseWriter, r *http.Request)
		asked []string // positions
		nodes string   // what checkin says; "": it is a turn for who comes by TCP, for others there is none
		via   string
	}
}

func newScript(t *testing.T, turns ...func(http.ResponseWriter, *http.Request)) *script {
	s := &script{}
	s.mu.turns = turns
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if r.URL.Path == "/1/checkin" && s.mu.nodes != "" {
			defer s.mu.Unlock()
			fmt.Fprint(w, s.mu.nodes)
			return
		}
		if r.URL.Path == "/1/checkin" && s.mu.via != "tcp" {
			s.mu.Unlock()
			http.NotFound(w, r)
			return
		}
		since := r.Header.Get("Last-Event-ID") + r.URL.Query().Get("since")
		s.mu.asked = append(s.mu.asked, since)
		turn := http.NotFound
		if len(s.mu.turns) > 0 {
			turn, s.mu.turns = s.mu.turns[0], s.mu.turns[1:]
		}
		s.mu.Unlock()
		turn(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// sse is a turn that sends a stream and ends it.
func sse(blocks ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, strings.Join(blocks, ""))
	}
}

func answer(status int, header ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
	}
}

// event is one of a stream, at a position of epoch.
func event(id int, epoch, kind string) string {
	return fmt.Sprintf("id: %d-%s\nevent: %s\ndata: %s\n\n", id, epoch, kind, object(id, epoch, kind))
}

func object(id int, epoch, kind string) string {
	data := `{"comment":"x"}`
	if kind == "status" || kind == "ended" {
		period := map[string]string{"status": "first", "ended": "ended"}[kind]
		kind, data = "status", fmt.Sprintf(`{"home":"a","visit":"b","period":"%s","position":"%d-%s"}`, period, id, epoch)
	}
	return fmt.Sprintf(`{"id":%d,"position":"%d-%s","timestamp":1,"kind":"%s","data":%s}`, id, id, epoch, kind, data)
}

// steady is a clock that never waits, and remembers for how long it would have.
type steady struct{ waits []time.Duration }

func (*steady) Now() time.Time { return time.Time{} }

func (s *steady) Until(ctx context.Context, moment time.Time) error {
	s.waits = append(s.waits, moment.Sub(time.Time{}))
	return ctx.Err()
}

// seen is what a follower was given, in short.
type seen struct {
	frames []string
	lost   []string
	waits  []time.Duration
	end    End
	err    error
}

func (s *script) follow(t *testing.T, o Options) (out seen) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	server, err := client.New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	clock := &steady{}
	o.Server, o.Match, o.Clock = server, "a-b-2026-01-01", clock
	if o.Via == "" {
		o.Via = "sse"
	}
	s.mu.Lock()
	s.mu.via = o.Via
	s.mu.Unlock()
	take := o.Take
	o.Take = func(f Frame) error {
		text := fmt.Sprintf("%d %s", f.Position.ID, f.Event.Kind)
		if f.Status != nil {
			text = fmt.Sprintf("%d %s", f.Position.ID, [...]string{"joined", "refreshed", "moved on", "anew"}[f.Note])
		}
		out.frames = append(out.frames, text)
		if take != nil {
			return take(f)
		}
		return nil
	}
	o.Lost = func(err error) { out.lost = append(out.lost, err.Error()) }
	o.Back = func() { out.lost = append(out.lost, "back") }
	out.end, out.err = Follow(ctx, o)
	out.waits = clock.waits
	return out
}

func TestNothingTwiceNothingMissing(t *testing.T) {
	for _, c := range []struct {
		name   string
		since  string
		turns  []func(http.ResponseWriter, *http.Request)
		frames []string
		asked  []string
	}{
		{"what was seen is dropped", "", []func(http.ResponseWriter, *http.Request){
			sse(event(3, "aaaaaa", "status"), event(4, "aaaaaa", "foul")),
			sse(event(3, "aaaaaa", "foul"), event(4, "aaaaaa", "foul"), event(5, "aaaaaa", "corner"))},
			[]string{"3 joined", "4 foul", "5 corner"}, []string{"", "4-aaaaaa", "5-aaaaaa"}},
		{"a hole is asked for again", "", []func(http.ResponseWriter, *http.Request){
			sse(event(3, "aaaaaa", "status"), event(5, "aaaaaa", "foul")),
			sse(event(4, "aaaaaa", "corner"), event(5, "aaaaaa", "foul"))},
			[]string{"3 joined", "4 corner", "5 foul"}, []string{"", "3-aaaaaa", "5-aaaaaa"}},
		{"an event of another history is none of this", "", []func(http.ResponseWriter, *http.Request){
			sse(event(3, "aaaaaa", "status"), event(4, "bbbbbb", "foul")),
			sse(event(1, "bbbbbb", "status"), event(2, "bbbbbb", "corner"))},
			[]string{"3 joined", "1 anew", "2 corner"}, []string{"", "3-aaaaaa", "2-bbbbbb"}},
		{"moved forward", "", []func(http.ResponseWriter, *http.Request){
			sse(event(3, "aaaaaa", "status"), event(90, "aaaaaa", "status"), event(91, "aaaaaa", "foul"))},
			[]string{"3 joined", "90 moved on", "91 foul"}, []string{"", "91-aaaaaa"}},
		{"the status after a correction", "", []func(http.ResponseWriter, *http.Request){
			sse(event(3, "aaaaaa", "status"), event(4, "aaaaaa", "cancel")),
			sse(event(4, "aaaaaa", "status"), event(5, "aaaaaa", "foul"))},
			[]string{"3 joined", "4 cancel", "4 refreshed", "5 foul"}, []string{"", "4-aaaaaa", "5-aaaaaa"}},
		{"an event that is cut comes again whole", "", []func(http.ResponseWriter, *http.Request){
			sse(event(3, "aaaaaa", "status"), event(4, "aaaaaa", "foul")[:40]),
			sse(event(4, "aaaaaa", "foul"))},
			[]string{"3 joined", "4 foul"}, []string{"", "3-aaaaaa", "4-aaaaaa"}},
		{"from a bare number, in any history", "2", []func(http.ResponseWriter, *http.Request){
			sse(event(3, "aaaaaa", "foul")), sse(event(4, "aaaaaa", "foul"))},
			[]string{"3 foul", "4 foul"}, []string{"2", "3-aaaaaa", "4-aaaaaa"}},
	} {
		s := newScript(t, c.turns...)
		got := s.follow(t, Options{Since: c.since})
		if got.err != nil || got.end != Removed || !slices.Equal(got.frames, c.frames) {
			t.Errorf("%s: %v, %v: %q, expected %q", c.name, got.end, got.err, got.frames, c.frames)
		}
		if !slices.Equal(s.mu.asked, c.asked) {
			t.Errorf("%s: asked for %q, expected %q", c.name, s.mu.asked, c.asked)
		}
	}
}

func TestEnds(t *testing.T) {
	status := event(3, "aaaaaa", "status")
	ended := event(4, "aaaaaa", "stop")
	for _, c := range []struct {
		name  string
		turns []func(http.ResponseWriter, *http.Request)
		end   End
		err   error
		tries int
		lost  int // breaks told of
	}{
		{"over, and 204 says so", []func(http.ResponseWriter, *http.Request){sse(status, ended), answer(204)}, Over, nil, 2, 0},
		{"gone", []func(http.ResponseWriter, *http.Request){sse(status, "event: gone\ndata: {\"match\":\"x\"}\n\n")}, Removed, nil, 1, 0},
		{"gone while one was away", []func(http.ResponseWriter, *http.Request){sse(status), answer(404)}, Removed, nil, 2, 1},
		{"never there", []func(http.ResponseWriter, *http.Request){answer(404)}, 0, ErrUnknown, 1, 0},
		{"an end that is none: cancelled", []func(http.ResponseWriter, *http.Request){sse(status, ended),
			sse(event(5, "aaaaaa", "cancel"), event(5, "aaaaaa", "status")), answer(204)}, Over, nil, 3, 1},
		{"a line without end", []func(http.ResponseWriter, *http.Request){sse(status, "data: "+strings.Repeat("x", 2*maxMessage)), answer(404)}, Removed, nil, 2, 1},
		{"a frame without end", []func(http.ResponseWriter, *http.Request){sse(status, strings.Repeat("data: x\n", maxMessage/4)), answer(404)}, Removed, nil, 2, 1},
		// A server that never says that it is over must not be asked all the time.
		{"an end without a 204", []func(http.ResponseWriter, *http.Request){sse(status, ended), sse(event(4, "aaaaaa", "ended")),
			sse(event(4, "aaaaaa", "ended")), answer(204)}, Over, nil, 4, 2},
	} {
		s := newScript(t, c.turns...)
		got := s.follow(t, Options{})
		lost := slices.DeleteFunc(got.lost, func(text string) bool { return text == "back" })
		if got.end != c.end || !errors.Is(got.err, c.err) || len(s.mu.asked) != c.tries || len(lost) != c.lost {
			t.Errorf("%s: %v, %v after %d tries, breaks %q", c.name, got.end, got.err, len(s.mu.asked), lost)
		}
	}
}

// A refusal that no waiting changes ends it.
func TestRefusals(t *testing.T) {
	for _, turn := range []func(http.ResponseWriter, *http.Request){answer(422), answer(401), answer(200, "Content-Type", "text/html")} {
		var refused *client.Refusal
		if got := newScript(t, turn).follow(t, Options{}); !errors.As(got.err, &refused) || len(got.waits) > 0 {
			t.Errorf("%v, waits %v", got.err, got.waits)
		}
	}
	if got := newScript(t).follow(t, Options{Since: "yesterday"}); got.err == nil {
		t.Error("a position that is none was taken")
	}
}

// What takes the frames may end it, with an error of its own.
func TestTakerEndsIt(t *testing.T) {
	enough := errors.New("enough")
	got := newScript(t, sse(event(3, "aaaaaa", "status"))).follow(t, Options{Take: func(Frame) error { return enough }})
	if got.err != enough {
		t.Errorf("%v", got.err)
	}
	got = newScript(t, sse(event(3, "aaaaaa", "status"))).follow(t, Options{Raw: func([]byte) error { return enough }})
	if got.err != enough || len(got.frames) > 0 {
		t.Errorf("%v, frames %q", got.err, got.frames)
	}
}

// The server is left alone for as long as it asks, and longer each time; a
// break is told of once.
func TestWaits(t *testing.T) {
	s := newScript(t,
		sse("retry: 3000\n\n", event(3, "aaaaaa", "status"), "retry: 4000\n\n"), // a drain
		answer(503, "Retry-After", "7"), answer(503), answer(502),
		sse(event(4, "aaaaaa", "foul")), sse())
	got := s.follow(t, Options{})
	want := []time.Duration{4, 7, 4, 4, 4, 4} // seconds, at least; a quarter more at most
	if len(got.waits) != len(want) {
		t.Fatalf("waits %v", got.waits)
	}
	for i, w := range want {
		if least := w * time.Second; got.waits[i] < least || got.waits[i] > least+least/4+5*time.Second {
			t.Errorf("wait %d is %v, expected %v to a quarter more", i, got.waits[i], least)
		}
	}
	if len(got.lost) != 3 || got.lost[0] != "the server closed it" || got.lost[1] != "back" {
		t.Errorf("told of breaks: %q", got.lost)
	}
}

// What is refused for now is told of as it is, by each protocol.
func TestBusy(t *testing.T) {
	for _, via := range Protocols {
		got := newScript(t, answer(503)).follow(t, Options{Via: via})
		if len(got.lost) != 1 || !strings.Contains(got.lost[0], "refused (503") || strings.Contains(got.lost[0], "again") {
			t.Errorf("%s: told of breaks: %q", via, got.lost)
		}
	}
}

// A cause is told without the request that met it.
func TestCauseInWords(t *testing.T) {
	for want, cause := range map[string]error{"the server closed it": io.EOF, "connection refused": errors.New("connection refused")} {
		if got := inWords(&url.Error{Op: "Get", URL: "http://a/1/match/b", Err: cause}).Error(); got != want {
			t.Errorf("%q, expected %q", got, want)
		}
	}
}

func TestWebSocketCloses(t *testing.T) {
	bye := func(code websocket.StatusCode, messages ...string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, r *http.Request) {
			c, err := websocket.Accept(w, r, nil)
			if err != nil {
				t.Error(err)
				return
			}
			for _, m := range messages {
				c.Write(r.Context(), websocket.MessageText, []byte(m))
			}
			c.Close(code, "")
		}
	}
	status := object(3, "aaaaaa", "status")
	for code, want := range map[websocket.StatusCode]struct {
		end   End
		tries int
	}{1000: {Over, 1}, 4404: {Removed, 1}, 1012: {Removed, 2}, 4408: {Removed, 2}, 1011: {Removed, 2}} {
		s := newScript(t, bye(code, status))
		got := s.follow(t, Options{Via: "ws", User: "me"})
		if got.err != nil || got.end != want.end || len(s.mu.asked) != want.tries {
			t.Errorf("close %d: %v, %v after %d tries", code, got.end, got.err, len(s.mu.asked))
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(object(3, "aaaaaa", "status")))
	f.Add([]byte(object(3, "aaaaaa", "goal")))
	f.Add([]byte(`{"position":"1","kind":"goal","data":{"player":{"7":"Luna"},"minutes":3,"x":[1]}}`))
	f.Add([]byte("2026-11-22 23:22:58: status:\n\thome: <<\"elp\">>\n\thome_players:\n\thome_score: 0\n\tperiod: first\n\tid: 0-rfmsutan\n\r\n"))
	f.Add([]byte("2026-11-22 23:22:58: goal:\n\tplayer: Luna (7) \n\tteam: <<\"tig\">>\n\tminutes: x\n\tid: 2-rfmsutan\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		check := func(frame Frame, err error) {
			if err == nil && frame.Status == nil && frame.Event.Kind == "" {
				t.Errorf("a frame without anything from %q", b)
			}
		}
		check(parseObject(b))
		shown := 0
		frame, err := wire.NewTCPReader(tap(strings.NewReader(string(b)), func(block []byte) error {
			shown += len(block)
			return nil
		})).Read()
		if shown > len(b) {
			t.Errorf("%d bytes shown of %d", shown, len(b))
		}
		if err == nil && frame.Error == "" {
			check(parseTCP(frame))
		}
	})
}
