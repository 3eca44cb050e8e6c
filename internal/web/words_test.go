package web

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"matchstream/internal/words"
)

// TestTextsInUse: what a page or script asks for is there, and nothing else is.
func TestTextsInUse(t *testing.T) {
	var known struct{ Page map[string]string }
	if err := json.Unmarshal(words.English.JSON("page"), &known); err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`say "(\w+)"|Say\("(\w+)"|page\.(\w+)`)
	var all strings.Builder
	for _, pattern := range []string{"pages/*.html", "assets/*.js", "*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil || found == nil {
			t.Fatal(pattern, err)
		}
		for _, name := range found {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(b)
		}
	}
	for _, found := range asked.FindAllStringSubmatch(all.String(), -1) {
		if key := found[1] + found[2] + found[3]; known.Page[key] == "" {
			t.Errorf("no text for %q", key)
		}
	}
	for key := range known.Page {
		if !strings.Contains(all.String(), `"`+key+`"`) && !strings.Contains(all.String(), "page."+key) {
			t.Errorf("nobody asks for %q", key)
		}
	}
}

func TestWordsAreAModule(t *testing.T) {
	text, ok := strings.CutPrefix(string(source(words.Spanish, "words.js")), "export default ")
	if !ok || !json.Valid([]byte(text)) {
		t.Errorf("words.js is no module of one value: %.60q", text)
	}
}

// TestConsoleTextsInUse: the console's texts, of which some are asked for by a
// name put together (do_goal).
func TestConsoleTextsInUse(t *testing.T) {
	var known struct{ Console map[string]string }
	if err := json.Unmarshal(words.English.JSON("console"), &known); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	scripts, err := filepath.Glob("assets/console/*.js")
	if err != nil || scripts == nil {
		t.Fatal(err)
	}
	for _, name := range append(scripts, "pages/operate.html", "operate.go") {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	text := all.String()
	for _, found := range regexp.MustCompile(`say "console\.(\w+)"|Say\("console\.(\w+)"|\bsay\("(\w+)"`).FindAllStringSubmatch(text, -1) {
		if key := found[1] + found[2] + found[3]; known.Console[key] == "" {
			t.Errorf("no text for %q", key)
		}
	}
	made := regexp.MustCompile(`say\(\x60(\w+_)\$\{`)
	for key := range known.Console {
		inUse := strings.Contains(text, `"`+key+`"`) || strings.Contains(text, "console."+key)
		for _, prefix := range made.FindAllStringSubmatch(text, -1) {
			inUse = inUse || strings.HasPrefix(key, prefix[1])
		}
		if !inUse {
			t.Errorf("nobody asks for %q", key)
		}
	}
}
