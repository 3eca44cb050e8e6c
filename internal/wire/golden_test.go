package wire

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// compare holds got against a golden file.
func compare(t *testing.T, file string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s, line %d\ngot  %s\nwant %s", path, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s: got %d lines, want %d", path, len(g), len(w))
}

// visible is b as `cat -A` shows it, but with UTF-8 as it is: ^I is a tab, ^M
// a carriage return, $ the end of a line.
func visible(b []byte) string {
	var out strings.Builder
	for _, r := range string(b) {
		switch {
		case r == '\n':
			out.WriteString("$\n")
		case r < ' ':
			out.WriteString("^" + string(r+'@'))
		case r == 0x7f:
			out.WriteString("^?")
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// visibleFrames shows a frame's header in hex, its payload as text.
func visibleFrames(t *testing.T, b []byte) string {
	t.Helper()
	var out strings.Builder
	for len(b) > 0 {
		head, size := 2, int(b[1])
		switch size {
		case 126:
			head, size = 4, int(b[2])<<8|int(b[3])
		case 127:
			t.Fatal("no event is that long")
		}
		payload, code := b[head:head+size], ""
		if b[0]&0xF == opClose {
			code = fmt.Sprintf("%d ", int(payload[0])<<8|int(payload[1]))
			payload = payload[2:]
		}
		fmt.Fprintf(&out, "<% x> %s%s\n", b[:head], code, visible(payload))
		b = b[head+size:]
	}
	return out.String()
}
