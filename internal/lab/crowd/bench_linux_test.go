package crowd

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// senderEnv makes the test's program a bare sender: the least that a server can do, in a
// process of its own, so that what it costs is not counted here.
const senderEnv = "CROWD_BARE_SENDER"

// bareSender is that process: it says where it listens; everybody who comes gets a
// status, and for each line "n" on its standard input n events, one behind the other.
func bareSender() {
	if os.Getenv(senderEnv) == "" {
		return
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(l.Addr())
	came := make(chan net.Conn, 1<<16)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				if line, err := bufio.NewReaderSize(c, 256).ReadString('\n'); err == nil && strings.HasPrefix(line, "VERSION:1:") {
					came <- c // first: who has the status gets all that follows
					io.WriteString(c, statusAt(0, "first"))
				}
			}()
		}
	}()
	id := 0
	var all []net.Conn
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		n := 0
		fmt.Sscan(in.Text(), &n)
		for len(came) > 0 {
			all = append(all, <-came)
		}
		for range n {
			id++
			frame := []byte(eventAt(id, "comment"))
			for _, c := range all {
				c.Write(frame)
			}
		}
	}
	os.Exit(0)
}

// sender starts one.
func sender(t testing.TB) (at string, send func(n int)) {
	t.Helper()
	program := exec.Command(os.Args[0])
	program.Env = append(os.Environ(), senderEnv+"=1")
	program.Stderr = os.Stderr
	in, err := program.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		program.Wait()
	})
	at, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%q, %v", at, err)
	}
	return strings.TrimSpace(at), func(n int) { fmt.Fprintln(in, n) }
}

// seated are watchers of a bare sender.
func seated(t testing.TB, users int) (c lab.Crowd, send func(n int)) {
	t.Helper()
	at, send := sender(t)
	return gatherAll(t, lab.Plan{Users: users, AtOnce: 256, Lines: []string{at}, Match: game}), send
}

// until so many events have come.
func until(t testing.TB, c lab.Crowd, events int64) {
	t.Helper()
	for give := time.Now().Add(tooLong); c.Tally().Events < events; {
		if time.Now().After(give) {
			t.Fatalf("%d events, expected %d", c.Tally().Events, events)
		}
		runtime.Gosched()
	}
}

// A delivery leaves nothing on the heap.
func TestNoAllocations(t *testing.T) {
	const users, warm, events = 400, 70, 100
	c, send := seated(t, users)
	send(warm) // the lane's memory is there then
	until(t, c, users*warm)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	send(events)
	tally := finish(t, c, warm+events) // it makes one tally, not many
	runtime.ReadMemStats(&after)
	blameless(t, tally)
	if n, all := after.Mallocs-before.Mallocs, uint64(users*events); n >= all/10 {
		t.Errorf("%d allocations in %d deliveries", n, all)
	}
}

// The cost of a delivery in processor time, the kernel's part of it included. An
// iteration is an event for a thousand watchers.
func BenchmarkDelivery(b *testing.B) {
	const users = 1000
	c, send := seated(b, users)
	before := c.Tally()
	b.ReportAllocs()
	b.ResetTimer()
	send(b.N)
	after := finish(b, c, b.N)
	b.StopTimer()
	blameless(b, after)
	spent := after.Generator.CPU - before.Generator.CPU
	b.ReportMetric(float64(spent)/float64(b.N*users), "cpu-ns/delivery")
}

// A watcher is small.
func BenchmarkMemory(b *testing.B) {
	const users = 5000
	for b.Loop() {
		c, _ := seated(b, users)
		b.ReportMetric(float64(c.Tally().Generator.Memory)/users, "B/watcher")
		finish(b, c, 0, "now")
	}
}
