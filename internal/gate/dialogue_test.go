package gate_test

import (
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/poll"
	"matchstream/internal/pump"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestDialogues plays the files of testdata: what is done and typed stands
// above a line, what comes back below. testdata/README.md tells how to write
// one.
func TestDialogues(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no dialogues", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "testdata/"), ".txt")
		bubble := strings.HasPrefix(name, "board/")
		play := func(t *testing.T, epoll bool) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			if bubble {
				synctest.Test(t, func(t *testing.T) {
					d := &dialogue{T: t, clients: map[string]*client{}, bubble: true}
					d.setting.tcp, d.setting.http = newPipes(), newPipes()
					got = d.play(string(text))
				})
			} else {
				d := &dialogue{T: t, clients: map[string]*client{}}
				d.setting.epoll = epoll
				got = d.play(string(text))
			}
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			compare(t, file, got, string(text))
		}
		t.Run(name, func(t *testing.T) { play(t, false) })
		if !bubble && poll.Supported {
			t.Run(name+"/epoll", func(t *testing.T) { play(t, true) })
		}
	}
}

func compare(t *testing.T, file, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s, line %d\ngot  %s\nwant %s", file, i+1, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		t.Fatalf("%s: got %d lines, want %d", file, len(g), len(w))
	}
}

// dialogue is one file being played.
type dialogue struct {
	*testing.T
	rig     *rig
	setting setting
	clients map[string]*client
	bubble  bool // time passes only when nothing else happens
}

// play does each block and returns the text with the answers that came.
func (d *dialogue) play(text string) string {
	var out strings.Builder
	for block := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n\n") {
		lines := strings.Split(block, "\n")
		for len(lines) > 0 && strings.HasPrefix(lines[0], "#") {
			out.WriteString(lines[0] + "\n")
			lines = lines[1:]
		}
		if len(lines) > 0 {
			input := lines[1:]
			for i, line := range input {
				if line == "----" {
					input = input[:i]
					break
				}
			}
			answer := d.do(lines[0], input)
			fmt.Fprintln(&out, strings.Join(lines[:1+len(input)], "\n"))
			if answer != "" {
				out.WriteString("----\n" + answer)
			}
		}
		out.WriteString("\n")
	}
	for name, c := range d.clients {
		if !c.gone {
			d.Errorf("%s is still there at the end of the dialogue", name)
		}
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

var gets = regexp.MustCompile(`^(\w+) (types|types no more|types, gets|gets|hangs up)(?: (\d+|all))?$`)

// do one command and return what is to be shown.
func (d *dialogue) do(command string, input []string) string {
	words := strings.Fields(command)
	if words[0] == "node" && words[1] != "drains" {
		return d.configure(words[1:])
	}
	if d.rig == nil {
		d.rig = newRig(d.T, d.setting)
	}
	switch words[0] {
	case "node":
		go d.rig.stop() // ends when the clients have taken note
		return ""
	case "clock":
		by, err := time.ParseDuration(words[1])
		if err != nil {
			d.Fatal(err)
		}
		d.rig.now.Add(by.Milliseconds())
		return ""
	case "operator":
		answer := d.operate(words[1:], input)
		if d.bubble {
			<-time.After(time.Second) // of the bubble's: what is put off happens
		}
		return answer
	case "audience":
		a := d.rig.count(seed)
		return fmt.Sprintf("now %d, peak %d, connects %d, users %d\n", a.Now, a.Peak, a.Connects, a.Users)
	case "visits":
		return fmt.Sprintln(d.rig.visits(strings.Join(words[1:], " ")))
	case "counts":
		return d.counts()
	}
	m := gets.FindStringSubmatch(command)
	if m == nil {
		d.Fatalf("what is %q?", command)
	}
	return d.speak(m[1], m[2], m[3], input)
}

// configure sets the node's limits, before it starts.
func (d *dialogue) configure(words []string) string {
	for _, w := range words {
		key, value, _ := strings.Cut(w, "=")
		n, err := strconv.Atoi(value)
		if err != nil {
			d.Fatal(err)
		}
		switch key {
		case "max-connections":
			d.setting.max = n
		case "max-connections-per-ip":
			d.setting.perIP = n
		default:
			d.Fatalf("what is %q?", key)
		}
	}
	return ""
}

// operate does what an operator does; the match is the seed unless named.
func (d *dialogue) operate(words, input []string) string {
	id := seed
	if len(words) > 1 {
		id = words[1]
	}
	switch words[0] {
	case "creates":
		d.rig.create(id)
	case "deletes":
		d.rig.delete(id)
	case "starts":
		input = []string{start}
		fallthrough
	case "posts":
		var out strings.Builder
		for _, line := range input {
			p, err := d.rig.try(id, line)
			if err != nil {
				fmt.Fprintln(&out, "refused:", err)
			} else {
				fmt.Fprintln(&out, p)
			}
		}
		return out.String()
	default:
		d.Fatalf("what does an operator do who %s?", words[0])
	}
	return ""
}

// speak is what one client does.
func (d *dialogue) speak(name, verb, many string, input []string) string {
	c := d.clients[name]
	if says := typed(input); verb == "types" || verb == "types, gets" {
		if c == nil {
			d.clients[name] = d.rig.watch(says)
			c = d.clients[name]
		} else {
			c.say(says)
		}
	}
	switch {
	case verb == "types no more":
		if err := c.Conn.(*net.TCPConn).CloseWrite(); err != nil {
			d.Fatal(err)
		}
	case verb == "hangs up":
		c.Close()
	}
	if many == "" {
		return ""
	}
	n := -1
	if many != "all" {
		n, _ = strconv.Atoi(many)
	}
	return c.shown(n)
}

// counts of what happened, after all has ended.
func (d *dialogue) counts() string {
	d.rig.stop()
	var out strings.Builder
	for _, p := range []struct {
		name string
		*pump.Counts
	}{{"tcp", &d.rig.gate.TCP}, {"sse", &d.rig.gate.SSE}, {"ws", &d.rig.gate.WebSocket}} {
		if n := p.Opened(); n > 0 {
			fmt.Fprintf(&out, "%s: opened %d", p.name, n)
			for why := range pump.Reasons {
				if n := p.Closed(why); n > 0 {
					fmt.Fprintf(&out, ", %v %d", why, n)
				}
			}
			fmt.Fprintf(&out, "; events %d\n", p.Deliveries())
		}
	}
	refused := &d.rig.gate.Refused
	fmt.Fprintf(&out, "refused: full %d, for address %d, handshake %d\n",
		refused.Full.Load(), refused.FullForIP.Load(), refused.Handshake.Load())
	fmt.Fprintln(&out, "at the door:", d.rig.door.Watchers())
	return out.String()
}
