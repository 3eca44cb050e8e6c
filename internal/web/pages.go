package web

import (
	"bytes"
	"html/template"
	"net/http"
	"time"

	"matchstream/internal/words"
)

// pages are the templates, each with the frame around it (pages/frame.html).
type pages map[string]*template.Template

func loadPages(a assets) pages {
	frame := template.Must(template.New("frame.html").Funcs(template.FuncMap{
		"asset": func(name string) string { return a.address[name] },
		"say":   words.Say,
		"long":  longDate,
	}).ParseFS(files, "pages/frame.html"))
	all := pages{}
	for _, name := range []string{"board", "match", "trouble"} {
		all[name] = template.Must(template.Must(frame.Clone()).ParseFS(files, "pages/"+name+".html"))
	}
	return all
}

// longDate is YYYY-MM-DD as people write it.
func longDate(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.Format("Monday 2 January 2006")
}

// show answers with a page, made completely before anything is sent.
func (s *site) show(w http.ResponseWriter, r *http.Request, status int, page string, data any) {
	var b bytes.Buffer
	if err := s.pages[page].ExecuteTemplate(&b, "frame.html", data); err != nil {
		s.Log.Error("a page could not be made", "page", page, "path", r.URL.Path, "cause", err)
		http.Error(w, words.Say("failed")+". "+words.Say("failed_hint"), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	// The page holds the server's time and the score of this moment: one from
	// a cache would begin with both wrong.
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(b.Bytes()) // who has gone away need not be told
	}
}

type troublePage struct{ Title, Hint string }

func (s *site) missing(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, http.StatusNotFound, "trouble", troublePage{words.Say("not_found"), words.Say("not_found_hint")})
}

func (s *site) unavailable(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "3")
	s.show(w, r, http.StatusServiceUnavailable, "trouble", troublePage{words.Say("unavailable"), words.Say("unavailable_hint")})
}
