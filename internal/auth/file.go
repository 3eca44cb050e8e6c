package auth

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

var (
	goodName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$`)
	goodMatch = regexp.MustCompile(`^match:[a-z0-9_]{1,32}-[a-z0-9_]{1,32}-[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

// Line is a tokens file's line for a token, for `admin token new`.
func Line(name, text string, scopes []string) string {
	return fmt.Sprintf("%s sha256:%s %s", name, Hash(text), strings.Join(scopes, ","))
}

// readFile reads a tokens file; errors name the file and the line.
func readFile(path string) ([]Token, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	defer f.Close()
	tokens, err := Parse(f)
	if err != nil {
		return nil, fmt.Errorf("tokens: %s: %w", path, err)
	}
	return tokens, nil
}

// Parse reads tokens, one a line: a name, "sha256:" and 64 hex digits, scopes
// with commas between them. # begins a comment, empty lines are skipped.
// Errors name the line and what was expected, and never show what stands
// there: it might be a token's text, put there by mistake.
func Parse(r io.Reader) ([]Token, error) {
	var tokens []Token
	seen, same := map[string]int{}, map[[sha256.Size]byte]int{}
	lines := bufio.NewScanner(r)
	number := 0
	for lines.Scan() {
		number++
		text, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(text)
		if len(fields) == 0 {
			continue
		}
		t, err := parseFields(fields)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if first, again := seen[t.Name]; again {
			return nil, fmt.Errorf("line %d: the name stands in line %d already; each token needs its own", number, first)
		}
		if first, again := same[t.hash]; again {
			return nil, fmt.Errorf("line %d: it is the token of line %d under another name: taking one of them out would not revoke it", number, first)
		}
		seen[t.Name], same[t.hash] = number, number
		tokens = append(tokens, t)
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("line %d: expected at most %d bytes", number+1, bufio.MaxScanTokenSize)
	} else if err != nil {
		return nil, fmt.Errorf("line %d: %w", number+1, err)
	}
	return tokens, nil
}

func parseFields(fields []string) (Token, error) {
	if len(fields) != 3 {
		return Token{}, fmt.Errorf("expected three fields (name sha256:<64 hex digits> scope[,scope…]), found %d", len(fields))
	}
	digits, ok := strings.CutPrefix(fields[1], "sha256:")
	if !ok {
		return Token{}, fmt.Errorf("expected sha256:<64 hex digits> in the second field; the token itself does not belong here (make a line with: matchstream admin token new)")
	}
	return newToken(fields[0], digits, strings.Split(fields[2], ","))
}

// newToken checks the three parts of a token.
func newToken(name, digits string, scopes []string) (Token, error) {
	t := Token{Name: name, Scopes: scopes}
	if !goodName.MatchString(name) {
		return t, fmt.Errorf("expected a name of 1 to 64 letters, digits and _ . @ -, beginning with a letter or digit")
	}
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != len(t.hash) {
		return t, fmt.Errorf("expected sha256: and 64 hex digits, found %d characters behind it", len(digits))
	}
	copy(t.hash[:], b)
	if len(scopes) == 0 {
		return t, fmt.Errorf("expected a scope: operator, admin, edge or match:<id>")
	}
	for i, s := range scopes {
		if s != Operator && s != Admin && s != Edge && !goodMatch.MatchString(s) {
			return t, fmt.Errorf("scope %d is not known: expected operator, admin, edge or match:<id> (match:arg-fra-2022-12-18)", i+1)
		}
	}
	return t, nil
}
