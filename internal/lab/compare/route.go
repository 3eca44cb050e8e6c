package compare

import (
	"fmt"
	"path"
	"strings"
	"unicode"
)

// step is what a request is called: its method and its path, with {id} for what differs
// from match to match; and the status, where that says that it was refused.
func step(method, path string, status int) string {
	s := harmless(method + " " + route(path))
	if status >= 400 || status == 0 {
		s += fmt.Sprintf(" %03d", status)
	}
	return s
}

// harmless is words of a log without what a terminal would act on: whoever asks a server
// for something decides what stands in its log.
func harmless(words string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, words)
}

// owners are parts of paths behind which an id comes.
var owners = map[string]bool{"match": true, "team": true, "user": true, "crest": true, "edges": true}

// files are ends of names of what belongs to a page.
var files = map[string]bool{".css": true, ".js": true, ".mjs": true, ".map": true, ".png": true, ".jpg": true, ".svg": true,
	".ico": true, ".webp": true, ".woff2": true, ".json": true, ".webmanifest": true}

// route is a path with {id} in the place of ids, and {file}.css in that of names of
// what belongs to a page.
func route(p string) string {
	parts := strings.Split(p, "/")
	for i, part := range parts {
		ext := path.Ext(part)
		switch {
		case part == "":
		case i > 0 && owners[parts[i-1]]:
			parts[i] = "{id}"
		case i == len(parts)-1 && files[ext]:
			parts[i] = "{file}" + ext
		case isID(part):
			parts[i] = "{id}"
		}
	}
	return strings.Join(parts, "/")
}

// isID says whether a part of a path looks like an id: a number of two digits or more,
// or eight characters or more with a digit. (The 1 of /1/ and the v2 of /v2/ are none.)
func isID(part string) bool {
	digits := strings.Count(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, part), "0")
	return digits == len(part) && digits > 1 || digits > 0 && len(part) >= 8
}
