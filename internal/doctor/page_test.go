package doctor

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const (
	page = "../../docs/DOCTOR.md"
	// behind it the page is made of the checks.
	border = "<!-- From here on the page is made from the checks: go test ./internal/doctor -update -->\n"
)

// TestPage: the page has every check, as the program has it.
func TestPage(t *testing.T) {
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, now, ok := strings.Cut(string(b), border)
	if !ok {
		t.Fatalf("%s has no border %q", page, border)
	}
	want := ""
	for _, c := range Checks() {
		want += fmt.Sprintf("\n### `%s`\n\n%s\n\n%s\n", c.Code, filled(c.Why), filled("**Remedy**: "+c.Remedy))
		if c.Since != "" {
			want += "\n" + filled("**Since 2011**: "+c.Since) + "\n"
		}
	}
	if *update {
		if err := os.WriteFile(page, []byte(before+border+want), 0o644); err != nil {
			t.Fatal(err)
		}
		now = want
	}
	if now != want {
		t.Errorf("%s differs from the checks (-update writes it anew)", page)
	}
}

// filled is a text in lines as long as the page's.
func filled(text string) string {
	var b strings.Builder
	paragraph(&b, "", text)
	return strings.TrimSuffix(b.String(), "\n")
}

// Codes are what scripts go by: once given they stay, and none is given twice.
func TestCodes(t *testing.T) {
	var all []string
	seen := map[string]bool{}
	for _, c := range Checks() {
		all = append(all, c.Code)
		if seen[c.Code] || c.Why == "" || c.Remedy == "" {
			t.Errorf("%s is there twice, or without reason or remedy", c.Code)
		}
		seen[c.Code] = true
	}
	golden(t, "codes.txt", strings.Join(all, "\n")+"\n")
}
