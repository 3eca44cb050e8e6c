package fleet

import (
	"context"
	"crypto/tls"
	"fmt"
	"math"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
)

var secret = []byte("between the two of us only")

// listening is an agent that serves; what it notes goes into the channel.
func listening(t *testing.T, a *Agent) (address string, notes chan string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	notes = make(chan string, 100)
	a.Note, a.Room, a.Pause = func(s string) { notes <- s }, 100, time.Nanosecond
	if a.Secret == nil {
		a.Secret = secret
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- a.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String(), notes
}

func expectNote(t *testing.T, notes <-chan string, want string) {
	t.Helper()
	var all []string
	for within := time.After(30 * time.Second); ; {
		select {
		case s := <-notes:
			if all = append(all, s); strings.Contains(s, want) {
				return
			}
		case <-within:
			t.Fatalf("%q, expected %q", all, want)
		}
	}
}

// Two agents, of which one has a clock that is 5 s ahead, carry a crowd together, each
// in processes of its own.
func TestAgents(t *testing.T) {
	ahead := func() time.Time { return time.Now().Add(5 * time.Second) }
	a, notes := listening(t, &Agent{Carrier: children(30)})
	b, _ := listening(t, &Agent{Carrier: children(100), now: ahead})
	crowd, err := (&Fleet{Agents: []string{a, b}, Secret: secret}).Gather(t.Context(), lab.Plan{Users: 100, Match: "m", Server: "http://there"})
	if err != nil {
		t.Fatal(err)
	}
	await(t, "settled", crowd.Settled())
	for i, p := range crowd.(*Crowd).Parts() {
		want := time.Duration(i) * 5 * time.Second
		if off := (p.Ahead - want).Abs(); !p.Remote || p.Users != 50 || off > p.Within {
			t.Errorf("%+v, expected its clock %v ahead", p, want)
		}
	}
	final, err := crowd.Finish(t.Context(), 1, time.Minute)
	if err != nil || final.Been != 100 || len(final.Own) != 0 || final.Generator.Processes != 3 {
		t.Fatalf("%+v, %v", final, err)
	}
	for _, p := range plans(t, final) {
		if far := p.Ahead > 4*time.Second; far != (p.First >= 50) {
			t.Errorf("user %d calls from a clock that is %v ahead", p.First, p.Ahead)
		}
	}
	expectNote(t, notes, "50 users come, to http://there")
	expectNote(t, notes, "has gone")
}

// What an agent may call is for it to say, in all its processes.
func TestAgentAllows(t *testing.T) {
	for _, to := range [][]string{{"192.0.2.0/24:80"}, nil} {
		address, _ := listening(t, &Agent{Carrier: children(5), To: to})
		crowd, err := (&Fleet{Agents: []string{address}, Secret: secret}).Gather(t.Context(), lab.Plan{Users: 10, Match: "m", To: []string{"0.0.0.0/0"}})
		if err != nil {
			t.Fatal(err)
		}
		final, err := crowd.Finish(t.Context(), 1, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		told := plans(t, final)
		for _, p := range told {
			if !slices.Equal(p.To, to) {
				t.Errorf("a process was told %q, expected %q", p.To, to)
			}
		}
		if len(told) != 2 {
			t.Errorf("%d processes", len(told))
		}
	}
}

func TestWrongSecret(t *testing.T) {
	address, notes := listening(t, &Agent{Carrier: &fake{}})
	_, err := (&Fleet{Agents: []string{address}, Secret: []byte("something else altogether")}).Gather(t.Context(), lab.Plan{Users: 1})
	if want := "agent " + address + " refuses: the secret is another one: expected the same file on both sides"; err == nil || err.Error() != want {
		t.Errorf("%v, expected %s", err, want)
	}
	expectNote(t, notes, "was refused: it has not the secret")
}

// An agent that lets anybody in is not believed either.
func TestFalseAgent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	certificate, err := passing()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := l.Accept()
		if err != nil {
			return
		}
		at := newLink(tls.Server(c, &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{protocol}}), mostBytes)
		defer at.close()
		m, err := at.receive()
		if err != nil {
			t.Error(err)
		}
		at.send(message{Kind: proof, Proof: m.Proof}) // what it was given
		at.receive()
	}()
	_, err = (&Fleet{Agents: []string{l.Addr().String()}, Secret: secret}).Gather(t.Context(), lab.Plan{Users: 1})
	if err == nil || !strings.Contains(err.Error(), "has not our secret") {
		t.Error(err)
	}
	<-done
}

// An attempt that was seen cannot be made again.
func TestProofIsOfOneConnection(t *testing.T) {
	first, second := connected(t), connected(t)
	seen, err := prove(secret, coordinator, first[0])
	if err != nil {
		t.Fatal(err)
	}
	if !proven(secret, coordinator, first[1], seen) {
		t.Error("it is not believed at the other end")
	}
	if proven(secret, coordinator, second[1], seen) {
		t.Error("it is believed on another connection")
	}
	if proven(secret, agent, first[0], seen) {
		t.Error("it is believed to be the agent's")
	}
	if proven([]byte("something else altogether"), coordinator, first[1], seen) {
		t.Error("it is believed with another secret")
	}
}

// connected are the two ends of a TLS connection.
func connected(t *testing.T) [2]*tls.Conn {
	certificate, err := passing()
	if err != nil {
		t.Fatal(err)
	}
	a, b := net.Pipe()
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, SessionTicketsDisabled: true}
	ends := [2]*tls.Conn{tls.Client(a, config), tls.Server(b, config)}
	done := make(chan error)
	go func() { done <- ends[1].Handshake() }()
	if err := ends[0].Handshake(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close(); b.Close() })
	return ends
}

// Who carries for one coordinator refuses another, and takes him when the first has gone,
// who may have several crowds.
func TestOneAtATime(t *testing.T) {
	var p place
	for range 2 {
		if err := p.take(t.Context(), "one", time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.take(t.Context(), "other", time.Nanosecond); err == nil || !strings.Contains(err.Error(), "it carries a crowd for another coordinator") {
		t.Errorf("%v", err)
	}
	has := make(chan error)
	go func() { has <- p.take(t.Context(), "other", time.Hour) }()
	p.leave()
	select {
	case err := <-has:
		t.Errorf("the other has it beside the first: %v", err)
	default:
	}
	p.leave()
	if err := <-has; err != nil {
		t.Error(err)
	}
}

// That an agent is taken is said; a coordinator that goes makes room, and the same one may
// have several crowds.
func TestTaken(t *testing.T) {
	a := &Agent{Carrier: &fake{}, turn: time.Nanosecond}
	address, notes := listening(t, a)
	if err := a.place.take(t.Context(), "somebody else", time.Hour); err != nil {
		t.Fatal(err)
	}
	fleet := &Fleet{Agents: []string{address}, Secret: secret}
	if _, err := fleet.Gather(t.Context(), lab.Plan{Users: 1}); err == nil || err.Error() != "agent "+address+" refuses: it carries a crowd for another coordinator: expected one at a time" {
		t.Errorf("%v", err)
	}
	expectNote(t, notes, "was refused: it carries a crowd for another")
	a.place.leave()
	var crowds []lab.Crowd
	for range 2 {
		crowd, err := fleet.Gather(t.Context(), lab.Plan{Users: 1})
		if err != nil {
			t.Fatal(err)
		}
		crowds = append(crowds, crowd)
	}
	for _, crowd := range crowds {
		if final, err := crowd.Finish(t.Context(), 1, time.Minute); err != nil || final.Been != 1 {
			t.Error(final, err)
		}
	}
}

// An agent that is gone is a loss of the lab's; its crowd ends when the coordinator goes.
func TestLost(t *testing.T) {
	a, b := &fake{}, &fake{}
	one, notes := listening(t, &Agent{Carrier: a})
	other, _ := listening(t, &Agent{Carrier: b})
	crowd, err := (&Fleet{Agents: []string{one, other}, Secret: secret}).Gather(t.Context(), lab.Plan{Users: 10})
	if err != nil {
		t.Fatal(err)
	}
	parts := crowd.(*Crowd).parts
	parts[0].link.close()
	await(t, "the end of the crowd whose coordinator is gone", a.got.ended.Done())
	expectNote(t, notes, "has gone")
	final, err := crowd.Finish(t.Context(), 1, time.Minute)
	if err != nil || final.Been != 5 || final.Own[lab.OwnFailure] != 5 {
		t.Errorf("%+v, %v", final, err)
	}
}

// Whoever is no agent is named, and so is an agent that is not there.
func TestNoAgent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if c, err := l.Accept(); err == nil {
			c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			c.Close()
		}
	}()
	fleet := &Fleet{Agents: []string{l.Addr().String()}, Secret: secret}
	if _, err := fleet.Gather(t.Context(), lab.Plan{Users: 1}); err == nil || !strings.Contains(err.Error(), l.Addr().String()+": expected a matchstream lab agent") {
		t.Error(err)
	}
	<-done
	l.Close()
	if _, err := fleet.Gather(t.Context(), lab.Plan{Users: 1}); err == nil || !strings.Contains(err.Error(), "cannot be reached") {
		t.Error(err)
	}
}

func TestOtherVersion(t *testing.T) {
	ours, theirs := net.Pipe()
	at := newLink(theirs, mostBytes)
	go func() {
		at.send(message{Kind: greet, Hello: &hello{Version: version + 1}})
		at.receive()
		at.close()
	}()
	if err := newPart("agent x", newLink(ours, mostBytes)).begin(t.Context()); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("speaks version %d of the lab's protocol: expected %d", version+1, version)) {
		t.Error(err)
	}
}

func TestReadSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if _, err := ReadSecret(path); err == nil || !strings.Contains(err.Error(), "to make one: (umask 077; openssl rand -hex 32 >"+path+")") {
		t.Error(err)
	}
	for text, want := range map[string]string{" 0123456789abcdef\n": "0123456789abcdef", "short\n": ""} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := ReadSecret(path); string(got) != want || (want == "") != (err != nil) {
			t.Errorf("%q, %v; expected %q", got, err, want)
		}
	}
}

// A coordinator has some crowds at once, and no more; and no more users than there is
// room for, however they are added up.
func TestMostCrowds(t *testing.T) {
	var p place
	for range mostCrowds {
		if err := p.take(t.Context(), "one", time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.take(t.Context(), "one", time.Hour); err == nil || !strings.Contains(err.Error(), "expected no more") {
		t.Error(err)
	}
	for _, plan := range []lab.Plan{{Users: 101}, {Users: math.MaxInt, Stalled: math.MaxInt}, {Users: -1, Stalled: 5}, {Users: 60, Stalled: 41}} {
		w := &worker{inner: &fake{}, room: 100}
		if err := w.gather(t.Context(), &plan); err == nil || !strings.Contains(err.Error(), "expected at most 100 users") {
			t.Errorf("%+v: %v", plan, err)
		}
	}
}

// Who waits for having a wrong secret keeps nobody out who has the right one.
func TestWrongAttemptsKeepNobodyOut(t *testing.T) {
	a := &Agent{Carrier: &fake{}}
	address, _ := listening(t, a)
	a.slow.Lock() // as long as they wait
	wrong := make(chan error)
	for range mostInHall {
		go func() {
			_, err := dial(t.Context(), address, []byte("some other secret"))
			wrong <- err
		}()
	}
	for a.waiting.Load() < mostInHall {
		runtime.Gosched()
	}
	p, err := dial(t.Context(), address, secret)
	a.slow.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	p.close()
	for range mostInHall {
		if err := <-wrong; err == nil {
			t.Error("a wrong secret was taken")
		}
	}
}
