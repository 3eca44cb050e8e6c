package redis

import (
	"errors"
	"testing"

	"matchstream/internal/store"
)

// TestFull: what frees space is taken, and reading goes on.
func TestFull(t *testing.T) {
	srv := serve(t)
	s := srv.open()
	mark := appended(t, s, 0, 1)
	revision, err := s.Put(within(t), "a", []byte("x"), 0)
	if err != nil {
		t.Fatal(err)
	}
	srv.cli("CONFIG", "SET", "maxmemory", "1")
	_, err = s.Append(within(t), key, mark, 2, nil)
	is(t, "Append", err, store.ErrFull)
	if !errors.Is(err, store.ErrFull) {
		t.Fatalf("Append: %v", err)
	}
	if _, err = s.Put(within(t), "b", nil, 0); !errors.Is(err, store.ErrFull) {
		t.Fatalf("Put: %v", err)
	}
	if records, err := s.Read(within(t), key, 1); err != nil || len(records) != 1 {
		t.Fatalf("Read: %d, %v", len(records), err)
	}
	if _, err := s.Get(within(t), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(store.Freeing(within(t)), key, mark, 2, nil); err != nil {
		t.Fatalf("the last record of a match that is deleted: %v", err)
	}
	if revision, err = s.Put(store.Freeing(within(t)), "a", []byte("deleting"), revision); err != nil {
		t.Fatalf("the mark of a match that is deleted: %v", err)
	}
	if err := s.Delete(within(t), "a", revision); err != nil {
		t.Fatal(err)
	}
	if err := s.Purge(within(t), key); err != nil {
		t.Fatal(err)
	}
	srv.cli("CONFIG", "SET", "maxmemory", "0")
	appended(t, s, 0, 1)
}

// TestRefusals: what the server refuses before it begins was surely not written.
func TestRefusals(t *testing.T) {
	for code, c := range map[string]struct {
		set, unset []string
		want       error
	}{
		"READONLY":   {[]string{"REPLICAOF", "127.0.0.1", "1"}, []string{"REPLICAOF", "NO", "ONE"}, store.ErrUnavailable},
		"NOREPLICAS": {[]string{"CONFIG", "SET", "min-replicas-to-write", "1"}, []string{"CONFIG", "SET", "min-replicas-to-write", "0"}, store.ErrUnavailable},
		"NOPERM":     {[]string{"ACL", "SETUSER", "default", "-evalsha"}, []string{"ACL", "SETUSER", "default", "+@all"}, store.ErrUnavailable},
	} {
		t.Run(code, func(t *testing.T) {
			srv := serve(t)
			s := srv.open()
			mark := appended(t, s, 0, 1)
			srv.cli(c.set...)
			_, err := s.Append(within(t), key, mark, 2, nil)
			is(t, "Append", err, c.want)
			_, err = s.Put(within(t), "a", nil, 0)
			is(t, "Put", err, c.want)
			srv.cli(c.unset...)
			if records := readAgain(t, s); len(records) != 1 {
				t.Fatalf("%d records", len(records))
			}
			appended(t, s, mark, 2)
		})
	}
}

// TestRefusal is of those that cannot be brought about at will, in the server's words.
func TestRefusal(t *testing.T) {
	for text, want := range map[string]error{
		"MISCONF Errors writing to the AOF file: No space left on device":   store.ErrUnwritable,
		"LOADING Redis is loading the dataset in memory":                    store.ErrUnavailable,
		"BUSY Redis is busy running a script.":                              store.ErrUnavailable,
		"OOM allow-oom flag is not set on the script, can not run it":       store.ErrFull,
		"WRONGTYPE Operation against a key holding the wrong kind of value": store.ErrDamaged,
		"ERR user_script:3: something that was not foreseen":                store.ErrUnknown,
	} {
		if err := refusal(errors.New(text), true); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
	if err := refusal(errors.New("ERR x"), false); !errors.Is(err, store.ErrUnavailable) {
		t.Error(err)
	}
}

func TestPassword(t *testing.T) {
	srv := serve(t, "--requirepass", "sEcReT")
	for _, with := range []string{"", ":wrong@", "nobody:sEcReT@"} {
		_, err := Open(within(t), Options{URL: "redis://" + with + "127.0.0.1:" + srv.port})
		is(t, "Open", err, store.ErrUnavailable)
		noSecret(t, err)
	}
	s, err := Open(within(t), Options{URL: "redis://:sEcReT@127.0.0.1:" + srv.port})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	appended(t, s, 0, 1)
}

// TestCluster is refused, and says so.
func TestCluster(t *testing.T) {
	srv := serve(t, "--cluster-enabled", "yes")
	if _, err := Open(within(t), Options{URL: "redis://127.0.0.1:" + srv.port}); err == nil {
		t.Fatal("a part of a cluster was taken")
	}
}
