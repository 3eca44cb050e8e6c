package shelf

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestMadeOnce: whoever comes while a thing is being made gets the same.
func TestMadeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := Shelf{Most: 3, Bytes: 100, Fresh: time.Second, Clock: time.Now}
		var made atomic.Int32
		make := func() (Body, error) {
			time.Sleep(100 * time.Millisecond)
			return Body{Plain: fmt.Appendf(nil, "%d", made.Add(1))}, nil
		}
		everybody := func(want string) {
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() {
					if b, err := s.Get("page", make); err != nil || string(b.Plain) != want {
						t.Errorf("%s %v, not %s", b.Plain, err, want)
					}
				})
			}
			all.Wait()
		}
		everybody("1")
		time.Sleep(899 * time.Millisecond)
		everybody("1")
		time.Sleep(time.Millisecond)
		everybody("2")
	})
}

func TestShelfIsBounded(t *testing.T) {
	s := Shelf{Most: 3, Bytes: 100, Clock: time.Now}
	made := 0
	get := func(key string, n int) {
		s.Get(key, func() (Body, error) { made++; return Body{Plain: make([]byte, n)}, nil })
	}
	for _, c := range []struct {
		key         string
		size, count int
	}{{"a", 10, 1}, {"b", 10, 2}, {"c", 10, 3}, {"a", 10, 3}, {"d", 10, 4}, {"a", 10, 4}, {"b", 10, 5}, {"big", 95, 6}, {"a", 1, 7}, {"huge", 101, 8}, {"huge", 101, 9}} {
		if get(c.key, c.size); made != c.count {
			t.Errorf("%s: %d made, not %d", c.key, made, c.count)
		}
	}
	if n := s.mu.order.Len(); n != len(s.mu.at) || s.mu.size > 100 || n > 3 {
		t.Errorf("%d things, %d keys, %d bytes", n, len(s.mu.at), s.mu.size)
	}
}

// TestTroubleIsNotKept: nor does a panic leave an empty page behind.
func TestTroubleIsNotKept(t *testing.T) {
	s := Shelf{Most: 3, Bytes: 100, Clock: time.Now}
	bad := errors.New("bad")
	if _, err := s.Get("a", func() (Body, error) { return Body{}, bad }); err != bad {
		t.Error(err)
	}
	func() {
		defer func() { recover() }()
		s.Get("a", func() (Body, error) { panic("no") })
	}()
	if b, err := s.Get("a", func() (Body, error) { return Body{Plain: []byte("x")}, nil }); err != nil || string(b.Plain) != "x" {
		t.Error(b, err)
	}
}

func TestSend(t *testing.T) {
	long := bytes.Repeat([]byte("goal "), 100)
	for _, c := range []struct {
		accept, has, encoding, etag string
		status                      int
	}{
		{"", "", "", `"x"`, 200},
		{"gzip, br", "", "gzip", `"x-gzip"`, 200},
		{"*;q=0.5", "", "gzip", `"x-gzip"`, 200},
		{"br, gzip;q=0", "", "", `"x"`, 200},
		{"gzip;q=x", "", "", `"x"`, 200},
		{"gzip", `"y", W/"x-gzip"`, "", `"x-gzip"`, 304},
		{"gzip", `"x"`, "gzip", `"x-gzip"`, 200}, // those are other bytes
		{"", `*`, "", `"x"`, 304},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", c.accept)
		r.Header.Set("If-None-Match", c.has)
		a := httptest.NewRecorder()
		Pack(long).Send(a, r, http.StatusOK, "x")
		h := a.Header()
		if a.Code != c.status || h.Get("Content-Encoding") != c.encoding || h.Get("ETag") != c.etag || h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%+v: %d %v", c, a.Code, h)
		}
		var got []byte
		if h.Get("Content-Encoding") == "gzip" {
			u, err := gzip.NewReader(a.Body)
			if err != nil {
				t.Fatal(err)
			}
			got, _ = io.ReadAll(u)
		} else {
			got = a.Body.Bytes()
		}
		if c.status == 200 && !bytes.Equal(got, long) {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func FuzzAcceptEncoding(f *testing.F) {
	f.Add("gzip;q=0.5, *;q=0")
	f.Add(",;q=,=")
	f.Fuzz(func(t *testing.T, header string) {
		if TakesGzip([]string{header, "gzip;q=0", "gzip"}) && !TakesGzip([]string{header}) {
			t.Errorf("%q: what comes later won", header)
		}
	})
}

// TestWhatIsBeingMadeStays: however many other things are asked for meanwhile,
// it is made once.
func TestWhatIsBeingMadeStays(t *testing.T) {
	s := Shelf{Most: 3, Bytes: 100, Clock: time.Now}
	making, done := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		s.Get("slow", func() (Body, error) {
			close(making)
			<-done
			return Body{Plain: []byte("slow")}, nil
		})
	})
	<-making
	for i := range 10 {
		s.Get(strconv.Itoa(i), func() (Body, error) { return Body{Plain: []byte("quick")}, nil })
	}
	all.Go(func() {
		b, err := s.Get("slow", func() (Body, error) { return Body{}, errors.New("made a second time") })
		if err != nil || string(b.Plain) != "slow" {
			t.Errorf("%s %v", b.Plain, err)
		}
	})
	close(done)
	all.Wait()
	if n := s.mu.order.Len(); n > 3 {
		t.Errorf("%d things", n)
	}
}
