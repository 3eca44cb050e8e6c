package faulty

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// outcome is what becomes of one who wants to watch: "ready", "reset", or, if that is
// what is wanted, "silence" where nothing comes for longer than others wait.
func outcome(t *testing.T, s *Server, via lab.Protocol, user, want string) string {
	t.Helper()
	done := make(chan string, 1)
	go func() {
		l, err := watch(t, s, via, user, "")
		if err != nil {
			done <- "reset"
			return
		}
		if strings.HasSuffix(l.next(s), "status") {
			done <- "ready"
			return
		}
		done <- "reset"
	}()
	long := time.Minute
	if want == "silence" {
		long = grace + 50*time.Millisecond
	}
	select {
	case got := <-done:
		return got
	case <-time.After(long):
		return "silence"
	}
}

// Every so-many-th connection is refused, on each port, and no other.
func TestEvery(t *testing.T) {
	for how, want := range map[Refusal]string{Reset: "reset", Mute: "silence", Deaf: "silence"} {
		for _, via := range protocols {
			t.Run(fmt.Sprint(how, via), func(t *testing.T) {
				t.Parallel()
				s := start(t, Fault{Every: 3, Refusal: how})
				for i := 1; i <= 6; i++ {
					want := want
					if i%3 != 0 {
						want = "ready"
					}
					if got := outcome(t, s, via, "", want); got != want {
						t.Errorf("%q, %s, connection %d: %s, expected %s", how, via, i, got, want)
					}
				}
				if err := s.Await(t.Context(), 4); err != nil {
					t.Fatal(err)
				}
				if r := s.Record(); r.Done[Refused] != 2 || r.Connections != 6 || r.Ready != 4 {
					t.Errorf("%q, %s: %d refused of %d, %d ready", how, via, r.Done[Refused], r.Connections, r.Ready)
				}
			})
		}
	}
}

// Who would be one too many is not let in; where one has left there is room again; who
// is exempt counts in no way.
func TestUsers(t *testing.T) {
	for how, want := range map[Refusal]string{Reset: "reset", Mute: "silence", Deaf: "silence"} {
		for _, via := range protocols {
			t.Run(fmt.Sprint(how, via), func(t *testing.T) {
				t.Parallel()
				s := start(t, Fault{Users: 2, Over: how, Exempt: "canary"})
				first, err := net.Dial("tcp", s.Lines())
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(first, "VERSION:1:CONNECT::MATCH:%s\r\n", Match)
				if err := s.Await(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				for i, c := range []struct{ user, want string }{{"canary-1", "ready"}, {"", "ready"}, {"", want}, {"canary-2", "ready"}} {
					if got := outcome(t, s, via, c.user, c.want); got != c.want {
						t.Errorf("%q, %s, %d: %s, expected %s", how, via, i, got, c.want)
					}
				}
				first.Close()
				if got := outcome(t, s, via, "", "ready"); got != "ready" {
					t.Errorf("%q, %s, when one has left: %s", how, via, got)
				}
				if r := s.Record(); r.Done[Overfull] != 1 || r.Most != 2 || r.Now != 2 {
					t.Errorf("%q, %s: %d were too many, %d were there at most, %d are", how, via, r.Done[Overfull], r.Most, r.Now)
				}
			})
		}
	}
}

// Beyond its users everything is slower, by what was said.
func TestSlowed(t *testing.T) {
	s := start(t, Fault{Users: 1, Over: Slowed, Beyond: 100 * time.Millisecond})
	var looks []*look
	for i := range 2 {
		began := time.Now()
		l, err := watch(t, s, lab.SSE, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if got := l.next(s); got != "0 status" {
			t.Fatal(got)
		}
		if took := time.Since(began); i == 1 && took < 100*time.Millisecond {
			t.Errorf("a status after %v", took)
		}
		looks = append(looks, l)
	}
	happen(t, s, "one")
	for _, l := range looks {
		l.all(s, 1)
	}
	began := time.Now()
	if _, _, err := ask(t, s, "GET", "/1/checkin", ""); err != nil || time.Since(began) < 100*time.Millisecond {
		t.Errorf("an answer after %v, %v", time.Since(began), err)
	}
	r := s.Record()
	for _, w := range r.Writes {
		if late := w.At.Sub(r.Posted[0].At); late < 100*time.Millisecond {
			t.Errorf("watcher %d has it after %v", w.Watcher, late)
		}
	}
	if r.Done[Overfull] != 1 {
		t.Errorf("%d were too many", r.Done[Overfull])
	}
}

// What is late is so by as much as was said, by the server's own record; it is known for
// each watcher when he was written to.
func TestLate(t *testing.T) {
	for _, via := range protocols {
		s := start(t, Fault{Late: 30 * time.Millisecond, LateBy: 10 * time.Millisecond, LateStatus: 50 * time.Millisecond})
		began := time.Now()
		var looks []*look
		for range 3 {
			l, err := watch(t, s, via, "", "")
			if err != nil {
				t.Fatal(err)
			}
			l.all(s, 1)
			looks = append(looks, l)
		}
		if took := time.Since(began); took < 150*time.Millisecond {
			t.Errorf("%s: three statuses after %v", via, took)
		}
		due := time.Now()
		happen(t, s, string(lab.AppendMark(nil, 1, due)))
		for _, l := range looks {
			l.all(s, 1)
		}
		r := s.Record()
		if len(r.Writes) != 3 {
			t.Fatalf("%s: %d writes", via, len(r.Writes))
		}
		for _, w := range r.Writes {
			want := 30*time.Millisecond + time.Duration(w.Watcher)*10*time.Millisecond
			if late := w.At.Sub(r.Posted[0].At); late < want || w.Mark.Number != 1 || w.Via != via {
				t.Errorf("%s, watcher %d: %v late, expected %v: %+v", via, w.Watcher, late, want, w)
			}
		}
		if h := r.Latency(); h.Count() != 3 || h.Min() < 39*time.Millisecond || h.Max() < 59*time.Millisecond {
			t.Errorf("%s: %d latencies from %v to %v", via, h.Count(), h.Min(), h.Max())
		}
		s.Close()
	}
}
