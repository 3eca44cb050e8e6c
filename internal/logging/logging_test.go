package logging

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// page is what was written.
type page struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

func (p *page) lines() []string {
	return strings.FieldsFunc(p.String(), func(r rune) bool { return r == '\n' })
}

func levels(t testing.TB, text string) Levels {
	t.Helper()
	l, err := ParseLevels(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Each room has its level, and its name in each line, in either form.
func TestRooms(t *testing.T) {
	for _, json := range []bool{false, true} {
		var said page
		l := New(&said, Options{Levels: levels(t, "warn,pump=debug,store=error"), JSON: json})
		for _, room := range []string{"pump", "store", "live"} {
			of := Room(l.Logger, room).With("match", "m").WithGroup("g")
			of.Debug("d " + room)
			of.Info("i " + room)
			of.Warn("w "+room, "cause", "c")
			of.Error("e " + room)
		}
		l.Info("i of nobody")
		l.Warn("w of nobody")
		l.Close()
		var got []string
		for _, line := range said.lines() {
			for _, word := range []string{"d", "i", "w", "e"} {
				for _, room := range []string{"pump", "store", "live", "of nobody"} {
					named := strings.Contains(line, "room="+room) || strings.Contains(line, `"room":"`+room+`"`)
					if strings.Contains(line, word+" "+room+`"`) && (named || room == "of nobody") {
						got = append(got, word+" "+room)
					}
				}
			}
		}
		want := "d pump, i pump, w pump, e pump, e store, w live, e live, w of nobody"
		if strings.Join(got, ", ") != want {
			t.Errorf("got  %s\nwant %s\n%s", strings.Join(got, ", "), want, &said)
		}
		if written, _, _ := Counts(Room(l.Logger, "live")); written != 8 {
			t.Errorf("%d lines are counted", written)
		}
	}
}

// Of lines that are alike ten are written, and then how many more there were.
func TestRepeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said page
		l := New(&said, Options{Levels: levels(t, "info")})
		pump, live := Room(l.Logger, "pump"), Room(l.Logger, "live")
		for i := range 500 {
			pump.Error("it failed", "cause", i)
			live.Error("it failed", "cause", "once")
			if i == 2 {
				live = Room(l.Logger, "gate")
			}
		}
		synctest.Wait()
		if n := strings.Count(said.String(), "room=pump"); n != atOnce {
			t.Fatalf("%d lines at once", n)
		}
		time.Sleep(interval - time.Millisecond)
		synctest.Wait()
		if strings.Contains(said.String(), "more like it") {
			t.Fatal("told too early")
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		for _, want := range []string{`msg="it failed" room=pump "more like it"=490 within=10s`, `msg="it failed" room=gate "more like it"=487 within=10s`} {
			if strings.Count(said.String(), want) != 1 {
				t.Errorf("no %s in\n%s", want, &said)
			}
		}
		pump.Error("it failed", "cause", "again") // a new interval
		for range atOnce + 4 {
			pump.Error("at the end")
		}
		l.Close()
		if s := said.String(); strings.Count(s, "cause=again") != 1 || !strings.Contains(s, `"more like it"=4`) {
			t.Errorf("what was counted last is not told:\n%s", s)
		}
		if _, repeated, _ := Counts(pump); repeated != 490+487+4 {
			t.Errorf("%d repeats are counted", repeated)
		}
	})
}

// A library's lines differ by the numbers in them only: then they are alike,
// and the first of them stands for all.
func TestNumbersInMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said page
		l := New(&said, Options{Levels: levels(t, "info")})
		store := Room(l.Logger, "store")
		for i := range 500 {
			store.Warn(fmt.Sprintf("server: 127.0.0.1:%d - cid:%d - took %dms too long for x%dy", i, i, i, i))
			store.Warn("server: nothing to count")
		}
		time.Sleep(interval)
		synctest.Wait()
		l.Close()
		for message, told := range map[string]string{
			"too long":         `msg="server: 127.0.0.1:0 - cid:0 - took 0ms too long for x0y" room=store "more like it"=490`,
			"nothing to count": `msg="server: nothing to count" room=store "more like it"=490`,
		} {
			if n := strings.Count(said.String(), message); n != atOnce+1 || strings.Count(said.String(), told) != 1 {
				t.Errorf("%d lines with %q, none of them %s:\n%s", n, message, told, &said)
			}
		}
	})
}

func TestFold(t *testing.T) {
	for message, want := range map[string]string{
		"":                                  "",
		"it failed – ärgerlich":             "it failed – ärgerlich",
		"seq 1 to 174":                      "seq # to #",
		"cid:7 [::1]:4222: 1.5s, a7-b":      "cid:# [::#]:#: #.#, #-b",
		"consumer vX7Tz of EVENTS, 42":      "consumer # of EVENTS, #",
		"bytes that are no \xff UTF-8: 12x": "bytes that are no \xff UTF-#: #",
	} {
		if got := fold(message); got != want {
			t.Errorf("%q becomes %q, expected %q", message, got, want)
		}
	}
}

// inLetters is a number without digits, so that no two are alike.
func inLetters(n int) string {
	return strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprint(n))
}

// Messages that are all different do not fill the memory.
func TestManyMessages(t *testing.T) {
	l := New(io.Discard, Options{Levels: levels(t, "info")})
	defer l.Close()
	for i := range 20 * mostSeen {
		message := inLetters(i)
		l.Info(message)
		for range i % 7 * 3 {
			l.Warn(message)
		}
	}
	if n := len(l.shared.seen.mu.lines); n > mostSeen {
		t.Errorf("%d are remembered", n)
	}
}

// gate is a writer that takes nothing until it is opened.
type gate struct {
	page
	open chan struct{}
}

func (g *gate) Write(b []byte) (int, error) {
	<-g.open
	return g.page.Write(b)
}

// Who logs never waits for who reads; what does not fit is dropped, and told.
func TestNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &gate{open: make(chan struct{})}
		l := New(to, Options{Levels: levels(t, "info")})
		long := strings.Repeat("x", 10_000)
		for i := range 500 {
			l.Info("message "+inLetters(i), "details", long)
		}
		written, _, dropped := Counts(l.Logger)
		if dropped == 0 || written+dropped != 500 {
			t.Fatalf("%d taken, %d dropped", written, dropped)
		}
		close(to.open)
		synctest.Wait()
		if want := fmt.Sprintf(`lines=%d`, dropped); !strings.Contains(to.String(), want) || uint64(len(to.lines())) != written+1 {
			t.Errorf("%d lines were taken, %d written, and it does not say %s", written, len(to.lines()), want)
		}
		l.Close()
	})
}

// One who takes nothing at the end does not keep the process from ending.
func TestCloseGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &gate{open: make(chan struct{})}
		l := New(to, Options{Levels: levels(t, "info")})
		l.Info("hello")
		l.Close()
		l.Close()
		l.Info("behind the end")
		close(to.open)
	})
}

// A logger that is none of ours goes on as it is.
func TestForeign(t *testing.T) {
	var said page
	Room(slog.New(slog.NewTextHandler(&said, nil)), "pump").Info("hello")
	if !strings.Contains(said.String(), "msg=hello room=pump") {
		t.Error(said.String())
	}
}

func TestLevels(t *testing.T) {
	for text, want := range map[string]string{
		"info": "info", "debug": "debug", "pump=debug": "info,pump=debug", "store=warn, error,pump=debug": "error,pump=debug,store=warn",
	} {
		if l := levels(t, text); l.String() != want {
			t.Errorf("%s is read as %s", text, l)
		}
	}
	for text, want := range map[string]string{
		"":                     `"": expected a level (debug, info, warn or error), or room=level`,
		"loud":                 `"loud": expected a level`,
		"info,pump=":           `"pump=": expected a level`,
		"info,pumpe=debug":     `"pumpe=debug": expected one of the rooms access, api,`,
		"info,warn":            `"warn": expected one level for each`,
		"pump=warn,pump=debug": `"pump=debug": expected one level for each`,
		"=info":                `"=info": expected one of the rooms`,
		"x=1,y":                "\"x=1\": expected a level (debug, info, warn or error), or room=level\n\"y\": expected",
	} {
		if _, err := ParseLevels(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func FuzzParseLevels(f *testing.F) {
	for _, s := range []string{"info", "info,pump=debug", "=", ",", "pump=warn,error,store=debug"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ParseLevels(text)
		if err != nil {
			return
		}
		again, err := ParseLevels(l.String())
		if err != nil || again.String() != l.String() {
			t.Fatalf("%s, then %s, %v", l, again, err)
		}
	})
}

func BenchmarkLog(b *testing.B) {
	l := New(io.Discard, Options{Levels: levels(b, "info")})
	defer l.Close()
	room := Room(l.Logger, "pump")
	cause := errors.New("it broke")
	for name, say := range map[string]func(){
		"disabled": func() { room.Debug("hello", "match", "m") },
		"repeated": func() { room.Error("hello", "match", "m", "cause", cause) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				say()
			}
		})
	}
}
