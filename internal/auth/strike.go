package auth

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Strike takes a token out of a tokens file, which must be right as it is. Its
// line becomes a comment of the same length: one write, so that whoever reads
// the file meanwhile, or after a loss of power, finds the token there or not,
// and all others as they were. It stays the same file, too, with its owner and
// its mode, wherever it is mounted.
func Strike(path, name string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("tokens: %w", err)
	}
	tokens, err := Parse(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("tokens: %s: %w; mend that first: a server does not take the file as it is", path, err)
	}
	if !named(tokens, name) {
		return fmt.Errorf("tokens: %s: there is no token named %s; there are %s", path, name, listed(tokens))
	}
	at, line := struck(text, name)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("tokens: %w", err)
	}
	_, err = f.WriteAt(line, at)
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		err = fmt.Errorf("tokens: %s: whether %s is taken out is not known: %w", path, name, err)
	}
	f.Close() // it is synced, or has failed
	return err
}

// struck is what the line of a token is to be replaced by, and where it begins;
// nil: there is none.
func struck(text []byte, name string) (at int64, line []byte) {
	for old := range bytes.Lines(text) {
		if fields := strings.Fields(string(old)); len(fields) > 0 && fields[0] == name {
			n := len(bytes.TrimRight(old, "\r\n"))
			// There is room: a hash alone has 64 digits.
			line = append([]byte("# revoked: "+name), bytes.Repeat([]byte(" "), n)...)[:n]
			return at, line
		}
		at += int64(len(old))
	}
	return 0, nil
}

// listed names tokens, for people; of very many the first.
func listed(tokens []Token) string {
	var names []string
	for _, t := range tokens {
		names = append(names, t.Name)
	}
	slices.Sort(names)
	switch {
	case len(names) == 0:
		return "none"
	case len(names) > 20:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:20], ", "), len(names)-20)
	}
	return strings.Join(names, ", ")
}
