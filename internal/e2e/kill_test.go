package e2e

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"matchstream/matches"
)

var kills = flag.Int("kills", 20, "how often TestKill kills the process")

// TestKill kills the real process (-9) at random moments of a match, again and
// again. Every event that was acknowledged is there after the restart, once;
// watchers that come back miss nothing and see nothing twice; the match goes
// on to its result.
func TestKill(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(*kills)*30*time.Second)
	defer cancel()
	p := newProcess(t)
	p.start(t, ctx)
	o := p.operator()
	killed, breaks, matches := 0, 0, 0
	for ; killed < *kills; matches++ {
		k, b := killedMatch(t, ctx, p, o, matches, *kills-killed)
		killed, breaks = killed+k, breaks+b
		if t.Failed() {
			t.Fatalf("after %d kills", killed)
		}
	}
	t.Logf("%d matches, %d kills, watchers came back %d times", matches, killed, breaks)
	if breaks < killed {
		t.Errorf("the kills interrupted too little: the test shows nothing")
	}
}

// killedMatch plays the final of 2022 on another day in each round, with up to
// 7 kills in it. It says how many there were, and how often watchers came back.
func killedMatch(t *testing.T, ctx context.Context, p *process, o operator, round, most int) (killed, breaks int) {
	tl := timeline(t, matches.Final2022)
	tl.Date = time.Date(2022, 12, 18+round, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	id := o.create(t, tl)
	watching, stop := context.WithCancel(ctx)
	defer stop()
	var watches sync.WaitGroup
	var all []*watcher
	for range 3 {
		for protocol := range protocols {
			w := &watcher{protocol: protocol, at: func() addresses { return p.addresses }, id: id}
			all = append(all, w)
			watches.Go(func() {
				if err := w.follow(watching); err != nil {
					t.Error(err)
				}
			})
		}
	}
	o.audience(t, ctx, id, len(all))

	var killing sync.WaitGroup
	var kinds []string
	for i, line := range tl.Lines {
		if i%7 == 3 && killed < most {
			killed++
			killing.Wait()
			killing.Go(func() {
				time.Sleep(rand.N(3 * time.Millisecond)) // the random moment
				p.kill()
				p.start(t, ctx)
			})
		}
		kinds = append(kinds, string(line.Request.Kind))
		for ctx.Err() == nil {
			a, err := o.ask("POST", "/1/match/"+id+"/events", string(line.Body), "Idempotency-Key", fmt.Sprint("line ", i))
			if err != nil || a.status == http.StatusServiceUnavailable || a.status == http.StatusGatewayTimeout {
				continue
			}
			if a.status != http.StatusCreated || decodeObject(t, a.body).ID != int64(i+1) {
				t.Errorf("line %d: %d %s", i, a.status, a.body)
				return killed, breaks
			}
			break
		}
	}
	killing.Wait()
	watches.Wait()
	for _, w := range all {
		breaks += w.breaks
		if !slices.Equal(w.kinds, kinds) {
			t.Errorf("%s (%d breaks) saw %d events, want %d", w.protocol, w.breaks, len(w.kinds), len(kinds))
		}
	}
	stored := o.history(t, id)
	if len(stored) != len(kinds) {
		t.Errorf("%d events are stored, %d were acknowledged", len(stored), len(kinds))
	}
	o.result(t, id, tl.Result)
	return killed, breaks
}

// TestSyncBeforeAnswer runs the real process under strace: between the write
// of an event to the journal's file and the 201 that answers it lies a sync of
// that file. (kill -9 cannot show this: the kernel keeps what was written.)
func TestSyncBeforeAnswer(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal("this test needs strace: apt-get install strace")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p := newProcess(t)
	trace := t.TempDir() + "/trace"
	p.wrap = []string{strace, "-f", "-o", trace, "-s", "2048", "-y",
		"-e", "trace=write,pwrite64,writev,pwritev,fsync,fdatasync", "-e", "signal=none", "--"}
	p.start(t, ctx)
	o := p.operator()
	id := o.createSeed(t, "2026-01-01")
	const events = 20
	for i := range events {
		o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", fmt.Sprintf(`{"kind":"comment","comment":"mark-%03d"}`, i))
	}
	p.interrupt()
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		checkSynced(t, strings.Split(string(text), "\n"), fmt.Sprintf("mark-%03d", i))
	}
}

var (
	fileWrite  = regexp.MustCompile(`p?write(64|v)?\((\d+)<([^>]*\.blk)>`)
	fileSynced = regexp.MustCompile(`f(data)?sync\((\d+)<([^>]*\.blk)>`)
	resumed    = regexp.MustCompile(`^(\d+) .*<\.\.\. f(data)?sync resumed>.*= 0`)
)

// checkSynced looks, in a trace, for the write of a mark to a file of the
// journal, then the end of a sync of that file, then the mark in an answer.
func checkSynced(t *testing.T, lines []string, mark string) {
	t.Helper()
	const written, synced = 1, 2
	state, file := 0, ""
	unfinished := map[string]bool{} // threads in a sync of the file
	for _, line := range lines {
		thread, _, _ := strings.Cut(line, " ")
		if m := fileWrite.FindStringSubmatch(line); m != nil && strings.Contains(line, mark) {
			state, file = written, m[3]
			continue
		}
		if m := fileSynced.FindStringSubmatch(line); m != nil && m[3] == file && state == written {
			if strings.HasSuffix(line, "<unfinished ...>") {
				unfinished[thread] = true
			} else if strings.HasSuffix(line, "= 0") {
				state = synced
			}
		}
		if resumed.MatchString(line) && unfinished[thread] && state == written {
			state = synced
		}
		if strings.Contains(line, "HTTP/1.1 201") && strings.Contains(line, mark) {
			if state != synced {
				t.Errorf("%s was answered before it was synced (state %d)", mark, state)
			}
			return
		}
	}
	t.Errorf("no answer with %s in the trace (state %d)", mark, state)
}
