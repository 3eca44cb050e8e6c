package redis

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"

	"matchstream/internal/store"
)

// payload of record n, recognisable and of varying length.
func payload(n int64) string {
	return "record-" + strconv.FormatInt(n, 10) + "-" + strings.Repeat("x", int(n*37%400)) + "."
}

// TestKill kills the server in the middle of appends, again and again. Each record
// that was acknowledged, or shown to who follows, is there afterwards, once, in order.
func TestKill(t *testing.T) {
	srv := serve(t)
	s := srv.open()
	shown := make(chan store.Record, 1<<16)
	ctx, cancel := context.WithCancel(context.Background())
	followed := make(chan error, 1)
	go func() { followed <- s.Follow(ctx, 0, func(r store.Record) { shown <- r }) }()
	defer func() {
		cancel()
		if err := <-followed; err != context.Canceled {
			t.Errorf("Follow: %v", err)
		}
	}()
	acked, mark, last := int64(0), store.Mark(0), int64(0)
	for round := range 5 {
		const enough = 40
		killed := make(chan struct{})
		for n := acked + 1; ; n++ {
			m, err := s.Append(within(t), key, mark, n, []byte(payload(n)))
			if err != nil {
				break
			}
			if acked, mark = n, m; acked == int64(round+1)*enough {
				go func() { defer close(killed); srv.kill() }()
			}
		}
		<-killed
		srv.start()
		records := readAgain(t, s)
		if extra := int64(len(records)) - acked; extra < 0 || extra > 1 {
			t.Fatalf("round %d: %d records were acknowledged, %d are there", round, acked, len(records))
		}
		for i, r := range records {
			if r.Number != int64(i+1) || string(r.Data) != payload(r.Number) {
				t.Fatalf("round %d: record %d is number %d, %.40q", round, i+1, r.Number, r.Data)
			}
		}
		if records[acked-1].Mark != mark {
			t.Fatalf("round %d: record %d has mark %d, acknowledged with %d", round, acked, records[acked-1].Mark, mark)
		}
		acked, mark = int64(len(records)), records[len(records)-1].Mark
		for ; last < acked; last++ {
			if r := <-shown; r.Number != last+1 || string(r.Data) != payload(last+1) || r.Mark != records[last].Mark {
				t.Fatalf("round %d: record %d was shown after %d", round, r.Number, last)
			}
		}
	}
}

// readAgain reads until the store has found the server again.
func readAgain(t *testing.T, s *Store) []store.Record {
	t.Helper()
	for ctx := within(t); ; {
		records, err := s.Read(ctx, key, 1)
		if err == nil {
			return records
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
	}
}

// TestKillClient: a node that is killed in the middle of its appends leaves no
// half of one, and another goes on.
func TestKillClient(t *testing.T) {
	srv := serve(t)
	acked := int64(0)
	for round := range 3 {
		c := childOf(t, srv.url())
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for range 30 {
			if !lines.Scan() {
				t.Fatalf("round %d: the child ended", round)
			}
			acked++
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			if strings.HasSuffix(lines.Text(), ".") {
				acked++
			}
		}
		_ = c.Wait()
		s := srv.open()
		records, err := s.Read(within(t), key, 1)
		if err != nil {
			t.Fatal(err)
		}
		if extra := int64(len(records)) - acked; extra < 0 || extra > 1 {
			t.Fatalf("round %d: %d were acknowledged, %d are there", round, acked, len(records))
		}
		all, err := s.Journals(within(t))
		if err != nil || len(all) != 1 || all[0].Records != int64(len(records)) || all[0].Missing != 0 {
			t.Fatalf("round %d: journals %v, %v; want one of %d", round, all, err, len(records))
		}
		acked = int64(len(records))
	}
}

// child appends as fast as it can to the server that its argument names.
func child() int {
	err := func(ctx context.Context) error {
		s, err := Open(ctx, Options{URL: os.Args[1], Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			return err
		}
		records, err := s.Read(ctx, key, 1)
		if err != nil {
			return err
		}
		var last store.Record
		if len(records) > 0 {
			last = records[len(records)-1]
		}
		for {
			last.Number++
			if last.Mark, err = s.Append(ctx, key, last.Mark, last.Number, []byte(payload(last.Number))); err != nil {
				return err
			}
			fmt.Printf("acked %d.\n", last.Number)
		}
	}(context.Background())
	fmt.Fprintln(os.Stderr, err)
	return 1
}
