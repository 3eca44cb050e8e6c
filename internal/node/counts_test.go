package node_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"matchstream/internal/node"
	"matchstream/internal/pump"
)

// TestWhoComesIsCountedOut: as the metrics tell it, whoever has joined has
// been closed for one reason, or is watching still, on each protocol.
func TestWhoComesIsCountedOut(t *testing.T) {
	for _, pump := range []string{"epoll", "goroutine"} {
		t.Run(pump, func(t *testing.T) {
			c := config(t)
			c.Pump, c.OperatorToken = pump, operator
			r := &counted{T: t, node: start(t, c)}
			for _, m := range []string{goesOn, ends, goes} {
				r.create(m)
			}
			for _, protocol := range []string{"tcp", "sse", "ws"} {
				r.watch(protocol, goesOn, "stays")
				r.watch(protocol, goesOn, "stays")
				for range 3 {
					r.watch(protocol, goesOn, "leaves").Close()
					w := r.watch(protocol, goesOn, "resets")
					w.(*net.TCPConn).SetLinger(0)
					w.Close()
				}
				io.WriteString(r.watch(protocol, goesOn, "talks"), strings.Repeat("x", 70_000))
				r.watch(protocol, ends, "to the end")
				r.watch(protocol, goes, "to the end")
			}
			r.post(ends, `{"kind":"start","home_players":`+seven+`,"visit_players":`+seven+`}`)
			r.post(ends, `{"kind":"abandon"}`)
			r.ask("DELETE", "/1/match/"+goes, "", http.StatusNoContent)
			deadline := time.Now().Add(time.Minute)
			for r.now("tcp") != 2 || r.now("sse") != 2 || r.now("ws") != 2 {
				if time.Now().After(deadline) {
					t.Fatal("some who left are still there")
				}
				r.post(goesOn, `{"kind":"comment","comment":"Anybody there?"}`) // over TCP only a write tells
			}
			for _, protocol := range []string{"tcp", "sse", "ws"} {
				r.check(protocol)
			}
			r.timed()
		})
	}
}

const (
	operator                  = "the-operator-of-these-tests"
	goesOn, ends, goes        = "elp-tig-2011-09-10", "elp-tig-2011-09-11", "elp-tig-2011-09-12"
	joined             uint64 = 2 + 3 + 3 + 1 + 1 + 1 // of each protocol
)

// seven is the smallest line-up there can be.
const seven = `[{"number":1,"name":"A"},{"number":2,"name":"B"},{"number":3,"name":"C"},{"number":4,"name":"D"},{"number":5,"name":"E"},{"number":6,"name":"F"},{"number":7,"name":"G"}]`

// counted is a node of which the metrics are read.
type counted struct {
	*testing.T
	node *node.Node
}

func (r *counted) ask(method, path, body string, want int) {
	r.Helper()
	q, err := http.NewRequest(method, "http://"+r.node.HTTPAddr()+path, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+operator)
	a, err := client.Do(q)
	if err != nil {
		r.Fatal(err)
	}
	defer a.Body.Close()
	if a.StatusCode != want && !(method == "PUT" && a.StatusCode == http.StatusOK) {
		text, _ := io.ReadAll(a.Body)
		r.Fatalf("%s %s: %d %s", method, path, a.StatusCode, text)
	}
}

func (r *counted) create(id string) {
	r.Helper()
	r.ask("PUT", "/1/team/elp", `{"name":"Estudiantes"}`, http.StatusCreated)
	r.ask("PUT", "/1/team/tig", `{"name":"Tigre"}`, http.StatusCreated)
	r.ask("POST", "/1/matches", `{"home":"elp","visit":"tig","date":"`+id[8:]+`"}`, http.StatusCreated)
}

func (r *counted) post(id, body string) {
	r.Helper()
	r.ask("POST", "/1/match/"+id+"/events", body, http.StatusCreated)
}

// watch joins, and returns when the status has come.
func (r *counted) watch(protocol, id, user string) net.Conn {
	r.Helper()
	user = strings.ReplaceAll(user, " ", "-")
	at, says := r.node.HTTPAddr(), "GET /1/match/"+id+"/stream?user="+user+" HTTP/1.1\r\nHost: x\r\n\r\n"
	switch protocol {
	case "tcp":
		at, says = r.node.TCPAddrs()[0], "VERSION:1:CONNECT:"+user+":MATCH:"+id+"\n"
	case "ws":
		says = "GET /1/match/" + id + "/ws?user=" + user + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	}
	c, err := net.Dial("tcp", at)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(c, says); err != nil {
		r.Fatal(err)
	}
	last := byte('\r') // of a frame of the line protocol
	if protocol != "tcp" {
		last = '{' // of the status
	}
	if _, err := bufio.NewReader(c).ReadString(last); err != nil {
		r.Fatal(err)
	}
	return c
}

// metrics of one name and protocol, by the reason, if it has one.
func (r *counted) metrics(name, protocol string) map[string]uint64 {
	r.Helper()
	status, text := get(r.T, "http://"+r.node.AdminAddr()+"/metrics")
	if status != http.StatusOK {
		r.Fatalf("metrics: %d", status)
	}
	found := map[string]uint64{}
	for _, m := range regexp.MustCompile(`(?m)^matchstream_`+name+`\{protocol="`+protocol+`"(?:,reason="(\w+)")?\} (\d+)$`).FindAllStringSubmatch(text, -1) {
		n, err := strconv.ParseUint(m[2], 10, 64)
		if err != nil {
			r.Fatal(err)
		}
		found[m[1]] = n
	}
	return found
}

// timed: how long an event takes to its last write is measured from the store
// on, of which the disk's part is one.
func (r *counted) timed() {
	r.Helper()
	_, text := get(r.T, "http://"+r.node.AdminAddr()+"/metrics")
	of := func(name string) (f float64) {
		m := regexp.MustCompile(`(?m)^matchstream_` + name + ` (\S+)$`).FindStringSubmatch(text)
		if m == nil {
			r.Fatalf("no %s", name)
		}
		f, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			r.Fatal(err)
		}
		return f
	}
	delivered, disk := of("delivery_seconds_sum")/of("delivery_seconds_count"), of("append_seconds_sum")/of("append_seconds_count")
	if of("delivery_seconds_count") < 1 || of("append_seconds_count") < of("appends_total") || delivered <= 0 || disk <= 0 {
		r.Errorf("an event takes %v s to its last write, the disk %v s", delivered, disk)
	}
}

func (r *counted) now(protocol string) uint64 { return r.metrics("watchers", protocol)[""] }

func (r *counted) check(protocol string) {
	r.Helper()
	joins, closes := r.metrics("joins_total", protocol)[""], r.metrics("closes_total", protocol)
	if joins != joined || len(closes) != int(pump.Reasons)-1 {
		r.Errorf("%s: %d joins, want %d; reasons %v", protocol, joins, joined, closes)
	}
	var all uint64
	for _, n := range closes {
		all += n
	}
	talked := closes["too_much"] + closes["misspoke"]
	if joins != all+r.now(protocol) || closes["ended"] != 1 || closes["deleted"] != 1 || talked != 1 || closes["left"]+closes["broken"] != 6 {
		r.Errorf("%s: %d joins, %d watch, closed %v", protocol, joins, r.now(protocol), closes)
	}
}
