package web

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/vitals"
)

// NodeOptions of the page of the node.
type NodeOptions struct {
	Chart   *vitals.Chart                // what the node measures; needed
	Most    func(n int) []live.Watched   // the matches that have most watchers; needed
	Names   func(id string) string       // of teams; needed
	Match   func(host, id string) string // where a match's page is for who reached this page at a host; needed
	Nodes   func() []OtherNode           // this node and those it knows, by name; nil: it alone
	Name    string                       // of the node
	Version string
	// Guard lets in who may see what the node is like; the page itself, which
	// is empty then and asks for a token, anybody gets. nil: all may see it.
	Guard func(http.Handler) http.Handler
	Clock func() time.Time // time.Now
	Log   *slog.Logger     // slog.Default()
}

// nodeSite is the page of the node.
//
// The script asks for what is new once a second. It is no stream: the question
// can carry a token in a header, nothing is held open, and a page that sleeps
// costs nothing. What is said is said by the server, in the reader's language;
// the script puts the texts where they belong and draws the lines.
type nodeSite struct {
	site
	NodeOptions
	run string // which start of the node this is
}

// NewNode serves GET /node, /node/samples and /assets/…, and leads / to the
// first.
func NewNode(o NodeOptions) http.Handler {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &nodeSite{site: newSite(Options{Clock: o.Clock, Log: o.Log}), NodeOptions: o}
	s.run = strconv.FormatInt(o.Clock().UnixMilli(), 36)
	samples := http.Handler(http.HandlerFunc(s.samples))
	if o.Guard != nil {
		samples = o.Guard(samples)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, readerOf(r).To("/node"), http.StatusFound)
	})
	mux.HandleFunc("/node", s.node)
	mux.Handle("/node/samples", samples)
	mux.HandleFunc("/assets/", func(w http.ResponseWriter, r *http.Request) {
		if !s.assets.serve(w, r) {
			http.NotFound(w, r)
		}
	})
	return guarded(mux)
}

// nodePage is what pages/node.html shows.
type nodePage struct {
	reader
	Title   string
	Shut    bool // nothing is told without a token
	Node    string
	Version string
	Key     panel // the few that one looks at first
	Panels  []panel
	Now     nodeNow
	Time    string
}

func (s *nodeSite) node(w http.ResponseWriter, r *http.Request) {
	reader := readerOf(r)
	p := nodePage{reader: reader, Title: reader.Say("node.title"), Shut: s.Guard != nil, Time: s.Clock().UTC().Format(time.TimeOnly)}
	if !p.Shut {
		p.Node, p.Version = s.Name, s.Version
		p.Now = s.now(reader, r.Host, 0)
	}
	if all := s.panels(p.Now); len(all) > 0 {
		p.Key, p.Panels = all[0], all[1:]
	}
	s.show(w, r, http.StatusOK, "node", p)
}

// samples answers what is new since a point that the page has; all, if that is
// of another start of the node.
func (s *nodeSite) samples(w http.ResponseWriter, r *http.Request) {
	since, _ := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64) // none that can be read: all
	if r.URL.Query().Get("run") != s.run {
		since = 0
	}
	b, err := json.Marshal(s.now(readerOf(r), r.Host, since))
	if err != nil {
		s.Log.Error("the node's samples could not be encoded", "cause", err)
		http.Error(w, readerOf(r).Say("failed"), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(b) // who has gone away need not be told
}
