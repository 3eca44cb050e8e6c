package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"matchstream/internal/shelf"
	"matchstream/internal/words"
)

// assets are the files that pages link to, by the name under which they are
// served: match.js as match.<hash of its content>.js, so that a browser may
// keep it for ever and a new version has a new address.
type assets struct {
	address map[string]map[string]string // by language: "match.js" → "/assets/match.0123456789ab.js"
	imports map[string][]string          // by address: all that a script imports, itself or through others
	content map[string]asset             // by address
	plain   map[string]asset             // by "match.js", in the first language
}

type asset struct {
	plain    []byte
	body     func() shelf.Body // plain, packed by the first who asks: a start is not to wait for it
	mimeType string
	hash     string
}

// In this order, for a script imports only what stands before it: the hash of
// what it imports is part of its content, and so of its own hash.
var assetNames = []string{"favicon.svg", "style.css", "board.css", "match.css", "ticker.css", "lineup.css", "course.css", "words.js", "dom.js",
	"sentence.js", "clock.js", "times.js", "story.js", "telling.js", "ticker.js", "tally.js", "shootout.js", "statistics.js", "squad.js", "lineup.js", "course.js",
	"scoreboard.js", "history.js", "away.js", "audience.js", "connection.js", "match.js",
	"line.js", "places.js", "news.js", "board.js", "node.css", "spark.js", "node.js"}

var mimeTypes = map[string]string{
	".svg": "image/svg+xml",
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
}

// assetsThere are made once for all sites of a process.
var assetsThere = sync.OnceValue(loadAssets)

func loadAssets() assets {
	a := assets{address: map[string]map[string]string{}, imports: map[string][]string{}, content: map[string]asset{}, plain: map[string]asset{}}
	for _, l := range words.Languages() {
		addresses := map[string]string{}
		for _, name := range slices.Concat(assetNames, consoleNames) {
			b := source(l, name)
			var imports []string
			for known, address := range addresses {
				spelled := []byte(`"` + spelled(name, known) + `"`)
				if bytes.Contains(b, spelled) {
					b = bytes.ReplaceAll(b, spelled, []byte(`"`+address+`"`))
					imports = append(append(imports, address), a.imports[address]...)
				}
			}
			slices.Sort(imports)
			sum := sha256.Sum256(b)
			hash := hex.EncodeToString(sum[:6])
			ext := path.Ext(name)
			address := "/assets/" + strings.TrimSuffix(name, ext) + "." + hash + ext
			made, there := a.content[address] // the same in another language
			if !there {
				made = asset{plain: b, body: sync.OnceValue(func() shelf.Body { return shelf.Pack(b) }), mimeType: mimeTypes[ext], hash: hash}
				a.content[address] = made
			}
			addresses[name] = address
			a.imports[address] = slices.Compact(imports)
			if _, first := a.plain[name]; !first {
				a.plain[name] = made
			}
		}
		a.address[l.Code] = addresses
	}
	return a
}

// spelled is how a script names another one that it imports: ./dom.js, or from
// a folder ../dom.js.
func spelled(from, other string) string {
	if folder := path.Dir(from); folder != "." {
		if inside, ok := strings.CutPrefix(other, folder+"/"); ok {
			return "./" + inside
		}
		return "../" + other
	}
	return "./" + other
}

//go:embed assets pages
var files embed.FS

// source is a file as it is embedded. words.js is the words of a language as a
// module, so that a script says the same as the server: every script exists
// once for each language, and a page needs no request to find out which.
func source(l *words.Language, name string) []byte {
	switch name {
	case "words.js":
		return append([]byte("export default "), l.JSON("page", "period", "status", "how", "about", "kind", "exactly", "event", "counted", "date")...)
	case "console/words.js":
		return append([]byte("export default "), l.JSON("console")...)
	}
	b, err := files.ReadFile("assets/" + name)
	if err != nil {
		panic("web: " + err.Error()) // embedded: cannot happen once a test has passed
	}
	return b
}

// serve answers GET /assets/{file}. The hash of another version gets the
// present file, not to be kept: while nodes are being renewed one by one, a
// page may come from one and ask another for its style.
func (a assets) serve(w http.ResponseWriter, r *http.Request) bool {
	file := strings.TrimPrefix(r.URL.Path, "/assets/")
	ext := path.Ext(file)
	stem, hash, _ := strings.Cut(strings.TrimSuffix(file, ext), ".")
	found, present := a.content[r.URL.Path]
	if !present {
		found, present = a.plain[stem+ext], false
	}
	if found.plain == nil || hash == "" {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", found.mimeType)
	h.Set("Cache-Control", "no-cache")
	if present {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	found.body().Send(w, r, http.StatusOK, found.hash)
	return true
}
