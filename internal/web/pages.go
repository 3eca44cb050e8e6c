package web

import (
	"bytes"
	"html/template"
	"net/http"

	"matchstream/internal/words"
)

// pages are the templates of one language, each with the frame around it
// (pages/frame.html).
type pages map[string]*template.Template

func loadPages(l *words.Language, a assets) pages {
	frame := template.Must(template.New("frame.html").Funcs(template.FuncMap{
		"asset": func(name string) string { return a.address[l.Code][name] },
		"say":   l.Say,
		"long":  l.Day,
	}).ParseFS(files, "pages/frame.html"))
	all := pages{}
	for _, name := range []string{"board", "match", "operate", "trouble"} {
		all[name] = template.Must(template.Must(frame.Clone()).ParseFS(files, "pages/"+name+".html"))
	}
	return all
}

// show answers with a page, made completely before anything is sent. data
// begins with the reader.
func (s *site) show(w http.ResponseWriter, r *http.Request, status int, page string, data any) {
	reader := readerOf(r)
	var b bytes.Buffer
	if err := s.pages[reader.Code][page].ExecuteTemplate(&b, "frame.html", data); err != nil {
		s.Log.Error("a page could not be made", "page", page, "path", r.URL.Path, "cause", err)
		http.Error(w, reader.Say("failed")+". "+reader.Say("failed_hint"), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", reader.Code)
	h.Add("Vary", "Accept-Language")
	// The page holds the server's time and the score of this moment: one from
	// a cache would begin with both wrong.
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(b.Bytes()) // who has gone away need not be told
	}
}

type troublePage struct {
	reader
	Title, Hint string
}

func (s *site) missing(w http.ResponseWriter, r *http.Request) {
	l := readerOf(r)
	s.show(w, r, http.StatusNotFound, "trouble", troublePage{l, l.Say("not_found"), l.Say("not_found_hint")})
}

func (s *site) unavailable(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "3")
	l := readerOf(r)
	s.show(w, r, http.StatusServiceUnavailable, "trouble", troublePage{l, l.Say("unavailable"), l.Say("unavailable_hint")})
}
