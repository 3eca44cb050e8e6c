package auth

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestStrike: the line becomes a comment, all else stays as it was, and the file
// is the same one, with its mode.
func TestStrike(t *testing.T) {
	ann, bob, cid := Line("ann", "a", []string{Operator}), Line("bob", "b", []string{Admin, Edge}), Line("cid", "c", []string{Edge})
	path := writeTokens(t, "# ours: ann bob", "  "+ann+" # the desk's\r", "", bob, cid) // without an end
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ann", "cid"} {
		if err := Strike(path, name); err != nil {
			t.Fatal(err)
		}
	}
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(before, after) || after.Mode() != before.Mode() || after.Size() != before.Size() {
		t.Errorf("before %v, after %v, %v", before, after, err)
	}
	tokens, err := readFile(path)
	if err != nil || len(tokens) != 1 || tokens[0].Name != "bob" {
		t.Errorf("left are %v, %v", tokens, err)
	}
	text, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(text, []byte("\n"+bob+"\n# revoked: cid ")) || !bytes.HasPrefix(text, []byte("# ours: ann bob\n# revoked: ann ")) {
		t.Errorf("%s %v", text, err)
	}
	if bytes.Contains(text, []byte(Hash("a"))) {
		t.Error("its hash is there still")
	}
}

func TestStrikeRefuses(t *testing.T) {
	good := writeTokens(t, Line("bob", "b", []string{Edge}), Line("ann", "a", []string{Edge}))
	for name, c := range map[string]struct{ path, name, want string }{
		"another name": {good, "cid", "no token named cid; there are ann, bob"},
		"malformed":    {writeTokens(t, "ann"), "ann", "line 1: expected three fields"},
		"no file":      {"testdata/none", "ann", "no such file"},
		"none in it":   {writeTokens(t, "# ann"), "ann", "there are none"},
	} {
		if err := Strike(c.path, c.name); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzStrike: of a file that is right, each token can be taken out, and the
// others stay as they were.
func FuzzStrike(f *testing.F) {
	f.Add("# nothing\n\n")
	f.Add(Line("anna", "text", []string{Operator, Admin}) + " # hers\r\n \t" + Line("a", "b", []string{Edge}))
	f.Fuzz(func(t *testing.T, text string) {
		tokens, err := Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		for i, token := range tokens {
			at, line := struck([]byte(text), token.Name)
			after := text[:at] + string(line) + text[int(at)+len(line):]
			left, err := Parse(strings.NewReader(after))
			if err != nil || len(after) != len(text) || len(left) != len(tokens)-1 {
				t.Fatalf("%q became %q: %v", text, after, err)
			}
			for j, l := range left {
				if was := tokens[j+btoi(j >= i)]; l.Name != was.Name || l.hash != was.hash {
					t.Errorf("%q became %q: %s is not as it was", text, after, was.Name)
				}
			}
		}
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
