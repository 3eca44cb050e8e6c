package embedded

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// written makes a store with n records, and gives the path of the journal's folder.
func written(t testing.TB, dir string, n int64) (journal string) {
	t.Helper()
	s := open(t, dir)
	var last store.Record
	for last.Number < n {
		mark, err := s.Append(t.Context(), key, last.Mark, last.Number+1, []byte(payload(last.Number+1)))
		if err != nil {
			t.Fatal(err)
		}
		last.Number, last.Mark = last.Number+1, mark
	}
	closed(t, s)
	return filepath.Join(dir, serverDir, "$G", "streams", journalConfig.Name)
}

// damage changes one byte of a file, where text begins.
func damage(t *testing.T, path, text string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.Index(b, []byte(text))
	if i < 0 {
		t.Fatalf("%q is not in %s", text, path)
	}
	b[i] ^= 0xff
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestDamagedRecord: a record that cannot be read is not passed over.
func TestDamagedRecord(t *testing.T) {
	dir := t.TempDir()
	journal := written(t, dir, 20)
	damage(t, filepath.Join(journal, "msgs", "1.blk"), "record-7-")
	s := open(t, dir)
	defer s.Close()
	if r, err := s.Read(t.Context(), key, 1); err == nil || !strings.Contains(err.Error(), "record 7 is missing") {
		t.Fatalf("read %d records, %v", len(r), err)
	}
}

// TestDamagedEnd: what is cut off at the start is told.
func TestDamagedEnd(t *testing.T) {
	dir := t.TempDir()
	msgs := filepath.Join(written(t, dir, 20), "msgs")
	damage(t, filepath.Join(msgs, "1.blk"), "record-20-")
	if err := os.Remove(filepath.Join(msgs, "index.db")); err != nil { // as after a crash
		t.Fatal(err)
	}
	var said bytes.Buffer
	s, err := Open(t.Context(), Options{Dir: dir, Log: slog.New(slog.NewTextHandler(&said, nil))})
	if err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	if !strings.Contains(said.String(), "an unreadable end of a block was cut off") {
		t.Fatalf("the log says: %s", &said)
	}
}

// TestDamagedStream: a stream that cannot be recovered is not made anew.
func TestDamagedStream(t *testing.T) {
	dir := t.TempDir()
	damage(t, filepath.Join(written(t, dir, 3), "meta.inf"), "JOURNAL")
	refuses(t, dir, "JOURNAL", "could not be recovered")
}

func TestStreamSettings(t *testing.T) {
	t.Run("corrected", func(t *testing.T) {
		dir := t.TempDir()
		s := open(t, dir)
		other := journalConfig
		other.AllowDirect, other.MaxMsgs = false, 5
		if _, err := s.stream.UpdateStream(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		closed(t, s)
		s = open(t, dir)
		defer s.Close()
		info, err := s.stream.Stream(t.Context(), journalConfig.Name)
		if err != nil || jetstream.CheckStream(info.CachedInfo().Config, journalConfig) != nil {
			t.Fatalf("%v, %v", jetstream.CheckStream(info.CachedInfo().Config, journalConfig), err)
		}
	})
	// What cannot be corrected is refused: each of these would lose what is acknowledged.
	for name, change := range map[string]func(*js.StreamConfig){
		"persist mode": func(c *js.StreamConfig) { c.PersistMode = js.AsyncPersistMode },
		"storage":      func(c *js.StreamConfig) { c.Storage = js.MemoryStorage },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			if err := s.stream.DeleteStream(t.Context(), journalConfig.Name); err != nil {
				t.Fatal(err)
			}
			other := journalConfig
			change(&other)
			if _, err := s.stream.CreateStream(t.Context(), other); err != nil {
				t.Fatal(err)
			}
			if err := jetstream.CheckStream(other, journalConfig); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("the check says %v", err)
			}
			err := ensureStream(t.Context(), s.stream, journalConfig)
			if err == nil || !strings.Contains(err.Error(), journalConfig.Name) {
				t.Errorf("the stream is taken: %v", err)
			}
			closed(t, s)
			if name == "storage" {
				return // nothing of it is left to refuse
			}
			refuses(t, dir, journalConfig.Name)
		})
	}
}

func TestCheckSynced(t *testing.T) {
	for _, c := range []*server.JetStreamConfig{nil, {}, {SyncAlways: false}} {
		if checkSynced(c) == nil {
			t.Errorf("%+v is taken", c)
		}
	}
	s := open(t, t.TempDir())
	defer s.Close()
	if err := checkSynced(s.server.JetStreamConfig()); err != nil {
		t.Error(err)
	}
}

// TestLog: what the server logs comes at the levels that an operator of ours expects.
func TestLog(t *testing.T) {
	var said bytes.Buffer
	h := newHealth()
	l := serverLog{slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug})), h}
	l.Noticef("n%d", 1)
	l.Debugf("d%d", 2)
	l.Tracef("t%d", 3)
	l.Warnf("w%d", 4)
	l.Warnf("Filestore [%s] TTL state is outdated; attempting to recover using linear scan (seq %d to %d)", "CATALOGUE", 1, 5)
	if len(h.ask) != 0 {
		t.Error("a warning makes doubts")
	}
	l.Errorf("e%d", 5)
	if len(h.ask) != 1 {
		t.Error("an error makes no doubts")
	}
	l.Fatalf("f%d", 6)
	if h.failed.Err() == nil {
		t.Error("what is fatal is passed over")
	}
	for _, want := range []string{"DEBUG", "n1", "d2", "t3", "level=WARN", "w4", "level=DEBUG msg=\"store: embedded server: Filestore [CATALOGUE] TTL", "level=ERROR", "e5"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%s is missing in\n%s", want, fmt.Sprint(&said))
		}
	}
}
