package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

const (
	seedMatches = 2000
	seedRecords = 30
)

func seedKey(i int) store.Key {
	return store.Key{Match: fmt.Sprintf("h%04d-v%04d-2026-01-01", i, i), Epoch: "k3f9a2"}
}

// seed makes a folder with seasons: 2,000 matches of 30 records of 200 bytes
// in the journal and as many entries of 300 bytes in the catalogue.
// interleaved appends to all matches in turn: the worst case for reading one.
// A server that does not sync writes it, to be done soon.
func seed(b *testing.B, interleaved bool) (dir string) {
	b.Helper()
	dir = b.TempDir()
	closed(b, open(b, dir))
	srv, err := server.NewServer(&server.Options{DontListen: true, NoSigs: true, NoLog: true, StoreDir: dir,
		JetStream: true, JetStreamMaxMemory: unlimited, JetStreamMaxStore: unlimited})
	if err != nil {
		b.Fatal(err)
	}
	srv.Start()
	defer srv.WaitForShutdown()
	defer srv.Shutdown()
	conn, err := nats.Connect("", nats.InProcessServer(srv))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	js, err := js.New(conn)
	if err != nil {
		b.Fatal(err)
	}
	published := 0
	publish := func(subject string, size, number int) {
		m := nats.NewMsg(subject)
		m.Header.Set(jetstream.NumberHeader, strconv.Itoa(number))
		m.Data = []byte(strings.Repeat("x", size))
		if _, err := js.PublishMsgAsync(m); err != nil {
			b.Fatal(err)
		}
		if published++; published%1000 == 0 {
			<-js.PublishAsyncComplete()
		}
	}
	for i := range seedMatches {
		publish(jetstream.EntrySubject("match/"+seedKey(i).Match), 300, 0)
	}
	for i := range seedMatches * seedRecords {
		if interleaved {
			publish(jetstream.JournalSubject(seedKey(i%seedMatches)), 200, i/seedMatches+1)
		} else {
			publish(jetstream.JournalSubject(seedKey(i/seedRecords)), 200, i%seedRecords+1)
		}
	}
	<-js.PublishAsyncComplete()
	return dir
}

// BenchmarkOpen opens a store of 2,000 matches with 60,000 records, lists the
// catalogue and, in the last cases, reads all matches.
func BenchmarkOpen(b *testing.B) {
	for _, c := range []struct {
		name                       string
		killed, interleaved, reads bool
	}{
		{name: "closed"},
		{name: "killed", killed: true},
		{name: "closed,read all", reads: true},
		{name: "closed,read all,interleaved", reads: true, interleaved: true},
	} {
		b.Run(c.name, func(b *testing.B) {
			dir := seed(b, c.interleaved)
			b.ResetTimer()
			var opening, listing, reading time.Duration
			for b.Loop() {
				b.StopTimer()
				if c.killed {
					killAppender(b, dir)
				}
				b.StartTimer()
				began := time.Now()
				s := open(b, dir)
				opened := time.Now()
				list, err := s.List(b.Context(), "match/")
				if err != nil || len(list) != seedMatches {
					b.Fatal(len(list), err)
				}
				listed := time.Now()
				for i := 0; c.reads && i < seedMatches; i++ {
					if r, err := s.Read(b.Context(), seedKey(i), 1); err != nil || len(r) != seedRecords {
						b.Fatal(len(r), err)
					}
				}
				opening += opened.Sub(began)
				listing += listed.Sub(opened)
				reading += time.Since(listed)
				b.StopTimer()
				closed(b, s)
				b.StartTimer()
			}
			ms := func(d time.Duration) float64 { return float64(d.Milliseconds()) / float64(b.N) }
			b.ReportMetric(ms(opening), "ms/open")
			b.ReportMetric(ms(listing), "ms/list")
			if c.reads {
				b.ReportMetric(ms(reading), "ms/read")
			}
		})
	}
}

// killAppender runs the process that appends and kills it.
func killAppender(b *testing.B, dir string) {
	b.Helper()
	c := child(b, "append", dir)
	out := lines(b, c)
	for range 10 {
		if !out.Scan() {
			b.Fatal("the child ended")
		}
	}
	kill(b, c, out, func(string) {})
}

func BenchmarkAppend(b *testing.B) {
	data := []byte(strings.Repeat("x", 200))
	for _, appenders := range []int{1, 16} {
		b.Run(strconv.Itoa(appenders), func(b *testing.B) {
			s := open(b, b.TempDir())
			defer s.Close()
			b.ReportAllocs()
			left, done := atomic.Int64{}, make(chan error, appenders)
			left.Store(int64(b.N))
			b.ResetTimer()
			for i := range appenders {
				go func() {
					var last store.Record
					var err error
					for err == nil && left.Add(-1) >= 0 {
						last.Number++
						last.Mark, err = s.Append(b.Context(), seedKey(i), last.Mark, last.Number, data)
					}
					done <- err
				}()
			}
			for range appenders {
				if err := <-done; err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer() // before the close
		})
	}
}

// BenchmarkRead reads the 30 records of one match: written in a row, or in
// turn with those of 1,999 other matches; one reader, or four for each core.
func BenchmarkRead(b *testing.B) {
	for _, interleaved := range []bool{false, true} {
		s := open(b, seed(b, interleaved))
		defer s.Close()
		read := func(b *testing.B, i int64) {
			if r, err := s.Read(b.Context(), seedKey(int(i)%seedMatches), 1); err != nil || len(r) != seedRecords {
				b.Error(len(r), err)
			}
		}
		b.Run(fmt.Sprintf("interleaved=%t,one", interleaved), func(b *testing.B) {
			b.ReportAllocs()
			for i := int64(0); b.Loop(); i++ {
				read(b, i)
			}
		})
		b.Run(fmt.Sprintf("interleaved=%t,many", interleaved), func(b *testing.B) {
			var i atomic.Int64
			b.SetParallelism(4)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					read(b, i.Add(1))
				}
			})
		})
	}
}

func BenchmarkFollow(b *testing.B) {
	s := open(b, seed(b, true))
	defer s.Close()
	for b.Loop() {
		ctx, cancel := context.WithCancel(b.Context())
		n := 0
		err := s.Follow(ctx, 0, func(store.Record) {
			if n++; n == seedMatches*seedRecords {
				cancel()
			}
		})
		if n != seedMatches*seedRecords || !errors.Is(err, context.Canceled) {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(seedMatches*seedRecords)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkFindHoles reads a block of 8 MB: of records, and of garbage, where
// one could begin at each byte.
func BenchmarkFindHoles(b *testing.B) {
	h, err := hashOf("/JOURNAL/msgs/1.blk")
	if err != nil {
		b.Fatal(err)
	}
	one := hole{to: 300, sequence: 1}.erased(h)
	garbage := make([]byte, 8<<20)
	rand.NewChaCha8([32]byte{}).Read(garbage)
	for name, block := range map[string][]byte{"records": bytes.Repeat(one, 8<<20/len(one)), "garbage": garbage} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(block)))
			for b.Loop() {
				if holes, _ := findHoles(block, h); len(holes) > 0 {
					b.Fatal(holes)
				}
			}
		})
	}
}
