package fleet

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// Nobody can make the other side keep more than it has agreed to.
func TestLongMessage(t *testing.T) {
	in := bufio.NewReaderSize(io.MultiReader(strings.NewReader(strings.Repeat("x", mostUnproven)), &endless{t: t}), 16)
	if _, err := readLine(in, mostUnproven); err == nil || !strings.Contains(err.Error(), "expected messages of 4096 bytes at most") {
		t.Error(err)
	}
}

// endless is more than anybody should read of it.
type endless struct {
	t    *testing.T
	read int
}

func (e *endless) Read(b []byte) (int, error) {
	if e.read += len(b); e.read > mostUnproven {
		e.t.Fatal("it reads on and on")
	}
	for i := range b {
		b[i] = 'x'
	}
	return min(len(b), 100), nil
}

func FuzzMessage(f *testing.F) {
	for _, m := range []message{{Kind: greet, Hello: &hello{Version: 1, Room: 18000}}, {Kind: finish, ID: 3, Last: 9, Quiet: 5}} {
		b, err := json.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(append(b, '\n'))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		line, err := readLine(bufio.NewReaderSize(strings.NewReader(string(b)), 16), 1000)
		if err != nil {
			return
		}
		if len(line) > 1000 || !strings.HasPrefix(string(b), string(line)) {
			t.Fatalf("%q of %q", line, b)
		}
		m, err := readMessage(line)
		if err != nil {
			return
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readMessage(again); err != nil {
			t.Errorf("%s is not read again: %v", again, err)
		}
	})
}
