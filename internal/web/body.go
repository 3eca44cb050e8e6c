package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// body is an answer's, and the same packed: once, not for each who asks.
type body struct {
	plain  []byte
	packed []byte // by gzip; nil where that is no gain
}

func pack(plain []byte) body {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(plain) // to memory: cannot fail
	w.Close()
	if b.Len() >= len(plain) {
		return body{plain: plain}
	}
	return body{plain: plain, packed: bytes.Clone(b.Bytes())}
}

// send answers with the form that the client takes. tag names the content, ""
// where nobody may keep it: packed it is another sequence of bytes, and has
// another strong ETag.
func (b body) send(w http.ResponseWriter, r *http.Request, status int, tag string) {
	h, content := w.Header(), b.plain
	if b.packed != nil {
		if !slices.Contains(h.Values("Vary"), "Accept-Encoding") {
			h.Add("Vary", "Accept-Encoding")
		}
		if takesGzip(r.Header.Values("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			content = b.packed
			if tag != "" {
				tag += "-gzip"
			}
		}
	}
	if tag != "" {
		h.Set("ETag", `"`+tag+`"`)
		if holds(r.Header.Values("If-None-Match"), tag) {
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

// takesGzip reads Accept-Encoding (RFC 9110, section 12.5.3).
func takesGzip(header []string) bool {
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

// holds says whether If-None-Match names the tag: weak ones count (section
// 13.1.2).
func holds(header []string, tag string) bool {
	for _, one := range strings.Split(strings.Join(header, ","), ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == `"`+tag+`"` {
			return true
		}
	}
	return false
}
