// Package internal has no code of its own: this test holds the plan of the
// house (docs/ARCHITECTURE.md).
package internal

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms, from the top of the house down, with what each may import of ours.
// Whatever is not listed may not be imported: imports point downwards.
var rooms = map[string][]string{
	"cli":                      {"logging", "node", "replay", "transfer", "follow", "client", "words", "auth", "match", "wire", "poll", "proxy", "lab", "lab/fleet", "lab/operator", "lab/requests", "lab/record", "lab/report", "lab/bound", "lab/search", "lab/suspects", "scrape", "lab/compare", "lab/nodes", "doctor", "top", "../matches"},
	"top":                      {"client", "scrape", "inside"},
	"doctor":                   {"need"},
	"need":                     {},
	"scrape":                   {},
	"lab/nodes":                {"lab", "lab/bound", "lab/search", "lab/suspects", "lab/operator", "lab/requests", "client", "need"},
	"lab/bound":                {"lab", "lab/search", "lab/canary", "lab/suspects", "lab/kept", "lab/fleet", "lab/operator", "lab/requests", "lab/record", "scrape", "client"},
	"lab/search":               {},
	"lab/blame":                {"lab"},
	"lab/canary":               {"lab", "lab/blame"},
	"lab/suspects":             {"lab", "scrape"},
	"lab/kept":                 {"scrape"},
	"lab/report":               {"lab", "lab/record", "lab/report/plot"},
	"lab/report/plot":          {},
	"lab/record":               {"lab"},
	"lab/compare":              {"access"},
	"lab/requests":             {"lab", "lab/blame"},
	"lab/operator":             {"lab", "lab/blame", "client"},
	"lab/fleet":                {"lab", "lab/crowd"},
	"lab/crowd":                {"lab", "lab/blame", "poll"},
	"lab/selfcheck":            {},
	"lab/faulty":               {"lab"},
	"lab":                      {},
	"replay":                   {"client", "words", "match", "wire"},
	"transfer":                 {"store", "store/chain", "store/embedded", "store/jetstream", "store/peers"},
	"follow":                   {"client", "words", "wire", "match"},
	"client":                   {"words"},
	"node":                     {"logging", "api", "auth", "certs", "gate", "proxy", "web", "pump", "live", "cluster", "store", "store/embedded", "store/jetstream", "store/peers", "store/redis", "edge", "wire", "poll", "stats", "vitals", "access", "inside"},
	"edge":                     {"live", "client", "store", "store/chain", "wire", "match"},
	"api":                      {"auth", "access", "live", "shelf", "wire", "store", "match"},
	"web":                      {"live", "shelf", "words", "wire", "card", "crest", "match", "vitals"},
	"card":                     {"crest", "match"},
	"gate":                     {"proxy", "pump", "access", "live", "wire", "feed", "match"},
	"proxy":                    {},
	"certs":                    {},
	"certs/acmetest":           {},
	"auth":                     {"store", "match"},
	"pump":                     {"feed", "poll"},
	"pump/pumptest":            {"pump", "feed"},
	"live":                     {"audience", "store", "store/chain", "wire", "feed", "match"},
	"audience":                 {"store"},
	"cluster":                  {},
	"store/embedded":           {"store", "store/jetstream"},
	"store/jetstream":          {"store"},
	"store/jetstream/natstest": {},
	"store/peers":              {"store", "store/embedded", "store/jetstream"},
	"store/chain":              {"store"},
	"store/redis":              {"store"},
	"store/memory":             {"store"},
	"store/storetest":          {"store"},
	"words":                    {"match"},
	"shelf":                    {},
	"inside":                   {},
	"crest":                    {"match"},
	"wire":                     {"match"},
	"store":                    {},
	"match":                    {},
	"feed":                     {},
	"poll":                     {},
	"stats":                    {},
	"vitals":                   {},
	"logging":                  {},
	"access":                   {},
	"e2e":                      {},
	"browser":                  {},
}

// guests are third-party modules and the one room each may be in.
var guests = map[string][]string{
	"github.com/nats-io/":            {"store/embedded", "store/jetstream", "store/jetstream/natstest", "store/peers"},
	"github.com/redis/rueidis":       {"store/redis"},
	"github.com/gofrs/flock":         {"store/embedded", "certs"},
	"github.com/caddyserver/":        {"certs"},
	"go.uber.org/zap":                {"certs"},
	"golang.org/x/net":               {"certs/acmetest"},
	"github.com/minio/highwayhash":   {"store/embedded"},
	"github.com/danielgtaylor/huma/": {"api"},
	"github.com/klauspost/compress/": {"api"},
	"github.com/prometheus/":         {"stats", "scrape", "lab/suspects"},
	"github.com/google/pprof/":       {"lab/kept"},
	"github.com/HdrHistogram/":       {"lab", "lab/record"},
	"charm.land/":                    {"top"},
	"golang.org/x/sys":               {"poll", "doctor"},
	"golang.org/x/image":             {"card"},
	"golang.org/x/text":              {"web"},
	"github.com/axiomhq/hyperloglog": {"audience"},
	"golang.org/x/sync":              {"live"},
	"github.com/alecthomas/kong":     {"cli"},
	"github.com/KimMachineGun/":      {"cli"},
	"github.com/goccy/go-yaml":       {"cli"},
	"golang.org/x/term":              {"cli"},
	"github.com/mattn/go-runewidth":  {"cli"},
	"github.com/coder/websocket":     {"follow", "lab/canary"},
	"pgregory.net/rapid":             {"store/storetest"},
	"github.com/vbauerster/mpb/":     {"cli"},
}

func TestImportsPointDownwards(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		room := path.Dir(filepath.ToSlash(file))
		allowed, known := rooms[room]
		if !known {
			t.Errorf("%s is in a room that the plan does not have: draw it in first", file)
			return nil
		}
		seen[room] = true
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range parsed.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			check(t, file, room, name, allowed)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range rooms {
		if !seen[room] {
			t.Errorf("the plan has a room %s that is empty", room)
		}
	}
}

func check(t *testing.T, file, room, name string, allowed []string) {
	first, _, _ := strings.Cut(name, "/")
	ours, isOurs := strings.CutPrefix(name, "matchstream/internal/")
	switch {
	case isOurs:
	case first == "matchstream":
		ours = "../" + strings.TrimPrefix(name, "matchstream/")
	case strings.Contains(first, "."):
		for guest, where := range guests {
			if strings.HasPrefix(name, guest) && slices.Contains(where, room) {
				return
			}
		}
		t.Errorf("%s imports %s, which has no place in %s", file, name, room)
		return
	default:
		return // the standard library
	}
	if !slices.Contains(allowed, ours) {
		t.Errorf("%s imports %s: not downwards from %s", file, name, room)
	}
}
