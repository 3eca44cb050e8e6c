package shelf

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Body is an answer's, and the same packed: once, not for each who asks.
type Body struct {
	Plain  []byte
	Packed []byte // by gzip; nil where that is no gain
	Note   string // for whoever made it; never sent
}

// packers wait to be used again: a new one takes 800 kB.
var packers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// Pack makes a Body of what is plain, which nobody may change any more.
func Pack(plain []byte) Body {
	var b bytes.Buffer
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(&b)
	w.Write(plain) // to memory: cannot fail
	w.Close()
	if b.Len() >= len(plain) {
		return Body{Plain: plain}
	}
	return Body{Plain: plain, Packed: bytes.Clone(b.Bytes())}
}

// Send answers with the form that the client takes. tag names the content, ""
// where nobody may keep it: packed it is another sequence of bytes, and has
// another strong ETag.
func (b Body) Send(w http.ResponseWriter, r *http.Request, status int, tag string) {
	h, content := w.Header(), b.Plain
	if b.Packed != nil {
		if !slices.Contains(h.Values("Vary"), "Accept-Encoding") {
			h.Add("Vary", "Accept-Encoding")
		}
		if TakesGzip(r.Header.Values("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			content = b.Packed
			if tag != "" {
				tag += "-gzip"
			}
		}
	}
	if tag != "" {
		h.Set("ETag", `"`+tag+`"`)
		if Holds(r.Header.Values("If-None-Match"), tag) {
			h.Del("Content-Type")
			h.Del("Content-Encoding")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(content) // who has gone away need not be told
	}
}

// TakesGzip reads Accept-Encoding (RFC 9110, section 12.5.3).
func TakesGzip(header []string) bool {
	any := false
	for _, one := range strings.Split(strings.Join(header, ","), ",") {
		name, parameter, _ := strings.Cut(one, ";")
		key, value, _ := strings.Cut(parameter, "=")
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		wanted := strings.TrimSpace(parameter) == "" || strings.EqualFold(strings.TrimSpace(key), "q") && err == nil && q > 0
		switch name = strings.ToLower(strings.TrimSpace(name)); name {
		case "gzip", "x-gzip":
			return wanted
		case "*":
			any = wanted
		}
	}
	return any
}

// Holds says whether If-None-Match names the tag: weak ones count (section
// 13.1.2).
func Holds(header []string, tag string) bool {
	for _, one := range strings.Split(strings.Join(header, ","), ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == `"`+tag+`"` {
			return true
		}
	}
	return false
}
