package gate

import (
	"context"
	"io"
	"net"
	"net/http"
)

type visitKey struct{}

// ConnContext is to be that of an HTTP server whose connections are visits.
func ConnContext(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, visitKey{}, c)
}

// Served is a handler whose clients are among the quiet as long as it waits for
// the body of their request, or would have to throw away what of it never came:
// a head with a body announced is soon said, too.
func Served(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitOf(r.Context())
		if v != nil && r.ProtoMajor == 1 && r.Body != nil && r.Body != http.NoBody {
			b := &body{ReadCloser: r.Body, visit: v}
			r.Body = b
			defer b.left()
		}
		h.ServeHTTP(w, r)
	})
}

// body of a request, for one goroutine.
type body struct {
	io.ReadCloser
	visit       *visit
	begun, over bool
}

// Read as an io.Reader does. The time counts from the first one: who drips does
// not stay for longer.
func (b *body) Read(p []byte) (n int, err error) {
	if !b.begun {
		b.begun = true
		b.visit.quiet.add(b.visit)
	}
	if n, err = b.ReadCloser.Read(p); err != nil && !b.over {
		b.over = true
		b.visit.quiet.remove(b.visit)
	}
	return n, err
}

// left by the handler: net/http reads the rest of it before it answers.
func (b *body) left() {
	if !b.over && !b.begun {
		b.visit.quiet.add(b.visit)
	}
}
