package pump_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"matchstream/internal/poll"
)

// A crowd is many clients in a process of their own: what they cost is not the
// pump's. It reads whatever comes, and says when so many bytes have come.
type crowd struct {
	testing.TB
	conns   []net.Conn // the server's side
	ask     *bufio.Writer
	answers *bufio.Scanner
	bytes   int64 // asked for so far
}

const crowdAt = "MATCHSTREAM_TEST_CROWD" // address and number, in the child's environment

func init() {
	if at := os.Getenv(crowdAt); at != "" {
		address, number, _ := strings.Cut(at, " ")
		n, err := strconv.Atoi(number)
		if err == nil {
			err = beCrowd(address, n)
		}
		fmt.Println(err)
		os.Exit(1)
	}
}

// gather starts a crowd of n, and accepts them. It must have room among this
// process' descriptors, and among the child's.
func gather(t testing.TB, n int) *crowd {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", crowdAt, l.Addr(), n))
	in, err := child.StdinPipe()
	must(t, err)
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	t.Cleanup(func() { in.Close(); child.Process.Kill(); child.Wait() })
	c := &crowd{TB: t, ask: bufio.NewWriter(in), answers: bufio.NewScanner(out)}
	for range n {
		conn, err := l.Accept()
		must(t, err)
		c.conns = append(c.conns, conn)
	}
	c.hears("all are here")
	return c
}

// drained returns when the crowd has read so many bytes more.
func (c *crowd) drained(bytes int64) {
	c.bytes += bytes
	fmt.Fprintln(c.ask, c.bytes)
	must(c, c.ask.Flush())
	c.hears(strconv.FormatInt(c.bytes, 10))
}

func (c *crowd) hears(want string) {
	if !c.answers.Scan() || c.answers.Text() != want {
		c.Fatalf("the crowd says %q, expected %q", c.answers.Text(), want)
	}
}

func must(t testing.TB, err error) {
	if err != nil {
		t.Helper()
		t.Fatal(err)
	}
}

// beCrowd is the child: one goroutine over one poller, as small as it can be.
func beCrowd(address string, n int) error {
	p, err := poll.New()
	if err != nil {
		return err
	}
	at, err := net.ResolveTCPAddr("tcp4", address)
	if err != nil {
		return err
	}
	for range n {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err == nil {
			err = unix.Connect(fd, &unix.SockaddrInet4{Port: at.Port, Addr: [4]byte(at.IP.To4())})
		}
		if err == nil {
			err = p.Add(int32(fd), uint64(fd))
		}
		if err != nil {
			return err
		}
	}
	fmt.Println("all are here")
	var expected atomic.Int64
	go func() {
		for s := bufio.NewScanner(os.Stdin); s.Scan(); {
			bytes, _ := strconv.ParseInt(s.Text(), 10, 64)
			expected.Store(bytes)
			p.Wake()
		}
		os.Exit(0)
	}()
	var got, told int64
	buffer := make([]byte, 256<<10)
	for {
		events, err := p.Wait(-1)
		if err != nil {
			return err
		}
		for i := range events {
			for {
				n, errno := poll.Receive(int32(events[i].Key()), buffer)
				if got += int64(n); n < len(buffer) {
					if n == 0 && errno != syscall.EAGAIN {
						return fmt.Errorf("a connection has ended: %w", errno)
					}
					break // all that was there: more is another event
				}
			}
		}
		if e := expected.Load(); e > told && got >= e {
			told = e
			fmt.Println(e)
		}
	}
}
