package web

import (
	"net/http"
	"strconv"

	"matchstream/internal/match"
)

func (s *site) showMatch(w http.ResponseWriter, r *http.Request, v match.View) {
	reader := readerOf(r)
	reader.address = r.URL
	s.showKept(w, r, v.Info.ID+" "+tagOf(v), "match", func() any { return newMatchPage(reader, v, s.Clock()) })
}

// tagOf names what a match looked like: its position, and how often it or its
// teams were changed since without an event.
func tagOf(v match.View) string {
	tag := v.Position().String()
	if v.Changes > 0 {
		tag += "." + strconv.Itoa(v.Changes)
	}
	return tag
}
