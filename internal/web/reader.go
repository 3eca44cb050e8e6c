package web

import (
	"net/http"
	"net/url"

	"golang.org/x/text/language"

	"matchstream/internal/words"
)

// reader is for whom a page is made: who reads which language.
type reader struct {
	*words.Language
	asked   bool     // by ?lang=: then the page's links keep it
	address *url.URL // of the page
}

// tongues chooses among the languages that there are what a browser asks for.
var tongues = func() language.Matcher {
	var all []language.Tag
	for _, l := range words.Languages() {
		all = append(all, language.MustParse(l.Code))
	}
	return language.NewMatcher(all)
}()

// readerOf is who asks: ?lang= wins over Accept-Language. No cookie is read
// here or anywhere.
func readerOf(r *http.Request) reader {
	code := r.URL.Query().Get("lang")
	for _, l := range words.Languages() {
		if code == l.Code {
			return reader{Language: l, asked: true, address: r.URL}
		}
	}
	wanted, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language")) // none that can be read: the first
	_, at, _ := tongues.Match(wanted...)
	return reader{Language: words.Languages()[at], address: r.URL}
}

// Asked says whether the language was chosen by ?lang=.
func (r reader) Asked() bool { return r.asked }

// To is the address of another page of this site, for the same reader.
func (r reader) To(path string) string {
	if !r.asked {
		return path
	}
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	return with(u, r.Code)
}

// with is a page's address in a language.
func with(u *url.URL, code string) string {
	query := u.Query()
	query.Set("lang", code)
	return (&url.URL{Path: u.Path, RawQuery: query.Encode()}).String()
}

// tongue is a language to switch to.
type tongue struct {
	Code, Name, Address string
	Chosen              bool
}

// Tongues are all languages of the page.
func (r reader) Tongues() (all []tongue) {
	for _, l := range words.Languages() {
		all = append(all, tongue{Code: l.Code, Name: l.Name, Address: with(r.address, l.Code), Chosen: l == r.Language})
	}
	return all
}
