package api

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// everywhere is what every answer carries, and what those under /1/ carry.
var everywhere = map[string]string{"Match-Stream-Api-Version": "1", "X-Content-Type-Options": "nosniff"}
var underOne = map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link, Retry-After"}

// unsaid are headers that golden files leave out: they change with time, or
// are said of all answers above.
var unsaid = []string{"Date", "Content-Length", "Match-Stream-Api-Version", "X-Content-Type-Options",
	"Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Connection"}

// TestExchanges: each file of testdata is a conversation with a fresh server.
// An exchange is a request (the line, headers, an empty line, the body), a
// line ---, and the answer likewise; === stands between exchanges. A line
// "# clock 5m" above a request lets time pass; other lines with # are remarks.
// Every answer is also held against the OpenAPI description.
func TestExchanges(t *testing.T) {
	files, err := filepath.Glob("testdata/*.http")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations in testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".http"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			b := newBench(t)
			var out []string
			for _, exchange := range strings.Split(strings.TrimSpace(string(text)), "\n===\n") {
				request, want, _ := strings.Cut(exchange, "\n---\n")
				request = strings.TrimRight(request, "\n")
				request = strings.TrimSuffix(request, "\n---")
				got := b.exchange(t, request)
				if want = strings.TrimRight(want, "\n"); got != want && !*update {
					t.Errorf("%s\n--- got\n%s\n--- want\n%s", request, got, want)
				}
				out = append(out, request+"\n---\n"+got)
			}
			if *update {
				if err := os.WriteFile(file, []byte(strings.Join(out, "\n===\n")+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func (b *bench) exchange(t *testing.T, request string) string {
	t.Helper()
	lines := strings.Split(strings.ReplaceAll(request, "{epoch}", b.epoch), "\n")
	for strings.HasPrefix(lines[0], "#") {
		if d, ok := strings.CutPrefix(lines[0], "# clock "); ok {
			passed, err := time.ParseDuration(d)
			if err != nil {
				t.Fatal(err)
			}
			b.pass(passed)
		}
		lines = lines[1:]
	}
	method, path, ok := strings.Cut(lines[0], " ")
	if !ok {
		t.Fatalf("no request line: %q", lines[0])
	}
	head, body, _ := strings.Cut("\n"+strings.Join(lines[1:], "\n")+"\n", "\n\n")
	var headers []string
	for _, h := range strings.Split(head, "\n") {
		if h != "" {
			headers = append(headers, h)
		}
	}
	got := b.do(t, method, path, strings.NewReader(strings.TrimSuffix(body, "\n")), headers...)
	b.validate(t, method, path, got)
	for name, value := range everywhere {
		if got.header.Get(name) != value {
			t.Errorf("%s: %s is %q, want %q", lines[0], name, got.header.Get(name), value)
		}
	}
	for name, value := range underOne {
		if !strings.HasPrefix(path, "/1/") {
			value = ""
		}
		if got.header.Get(name) != value {
			t.Errorf("%s: %s is %q, want %q", lines[0], name, got.header.Get(name), value)
		}
	}
	var out strings.Builder
	fmt.Fprintln(&out, got.status)
	for _, name := range slices.Sorted(maps.Keys(got.header)) {
		if !slices.Contains(unsaid, name) {
			fmt.Fprintf(&out, "%s: %s\n", name, strings.Join(got.header[name], " | "))
		}
	}
	if got.body != "" {
		out.WriteString("\n" + got.body)
	}
	return strings.TrimRight(out.String(), "\n")
}

// A repeat is answered with the very bytes of the first answer.
func TestRepeatsAreTheSameBytes(t *testing.T) {
	b := newBench(t)
	b.asOperator(t, "PUT", "/1/team/elp", `{"name":"<Estudiantes> & \u2028 ñ"}`, 201)
	b.asOperator(t, "PUT", "/1/team/tig", `{"name":"Tigre"}`, 201)
	for _, request := range [][2]string{
		{"/1/matches", `{"home":"elp","visit":"tig","date":"2011-09-10","stadium":"<La> & Plata"}`},
		{"/1/match/" + seed + "/events", `{"kind":"comment","comment":"<b> & \u2028 ñ – ⚽"}`},
		{"/1/match/" + seed + "/events", `{"kind":"x-odd","b":[1, {"<a>" : null}],"a":1e3}`},
	} {
		var first reply
		for i := range 3 {
			b.pass(time.Minute)
			got := b.do(t, "POST", request[0], strings.NewReader(request[1]), "Authorization: Bearer {operator}", fmt.Sprint("Idempotency-Key: ", request[1][:12]))
			if i == 0 {
				first = got
			}
			if got.status != 201 || got.body != first.body {
				t.Errorf("%s, time %d: %d\n%s\nfirst\n%s", request[0], i+1, got.status, got.body, first.body)
			}
		}
	}
}
