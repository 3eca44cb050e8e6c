package web

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"

	"matchstream/internal/match"
	"matchstream/internal/shelf"
	"matchstream/internal/words"
)

// pages are the templates of one language, each with the frame around it
// (pages/frame.html).
type pages map[string]*template.Template

func loadPages(l *words.Language, a assets) pages {
	frame := template.Must(template.New("frame.html").Funcs(template.FuncMap{
		"asset": func(name string) string { return a.address[l.Code][name] },
		// A browser asks for what a script imports before it has read that script.
		"imports": func(name string) []string { return a.imports[a.address[l.Code][name]] },
		"say":     l.Say,
		"long":    l.Day,
		// The kinds for which the referee whistles.
		"whistles": func() []match.Kind {
			return []match.Kind{match.Start, match.Halftime, match.Continue, match.Extratime, match.Penalties, match.Stop}
		},
	}).ParseFS(files, "pages/frame.html", "pages/symbols.html", "pages/share.html"))
	all := pages{}
	for _, name := range []string{"board", "match", "node", "operate", "trouble"} {
		all[name] = template.Must(template.Must(frame.Clone()).ParseFS(files, "pages/"+name+".html"))
	}
	return all
}

// show answers with a page, made completely before anything is sent. data
// begins with the reader.
func (s *site) show(w http.ResponseWriter, r *http.Request, status int, page string, data any) {
	reader := readerOf(r)
	s.answer(w, r, reader, status, htmlType, func() (shelf.Body, error) {
		b, err := s.render(reader, page, data)
		return shelf.Body{Plain: b}, err
	})
}

// showKept is show of a page that many look at: for a second it is the same
// for all who ask for the same key. So the server's time in it may be so old.
func (s *site) showKept(w http.ResponseWriter, r *http.Request, reader reader, key, page string, data func() any) {
	s.answer(w, r, reader, http.StatusOK, htmlType, func() (shelf.Body, error) {
		return s.kept.Get(page+" "+key+" "+reader.Code+" "+strconv.FormatBool(reader.asked), func() (shelf.Body, error) {
			b, err := s.render(reader, page, data())
			return shelf.Pack(b), err
		})
	})
}

const htmlType = "text/html; charset=utf-8"

// answer with what make makes, or that it failed.
func (s *site) answer(w http.ResponseWriter, r *http.Request, reader reader, status int, mimeType string, make func() (shelf.Body, error)) {
	made, err := make()
	if err != nil {
		s.Log.Error("a page could not be made", "path", r.URL.Path, "cause", err)
		http.Error(w, reader.Say("failed")+". "+reader.Say("failed_hint"), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", mimeType)
	h.Set("Content-Language", reader.Code)
	h.Add("Vary", "Accept-Language")
	// The page holds the server's time and the score of this moment: one from
	// a cache would begin with both wrong.
	h.Set("Cache-Control", "no-store")
	made.Send(w, r, status, "")
}

func (s *site) render(reader reader, page string, data any) ([]byte, error) {
	var b bytes.Buffer
	err := s.pages[reader.Code][page].ExecuteTemplate(&b, "frame.html", data)
	return b.Bytes(), err
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
