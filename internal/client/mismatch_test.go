package client

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A server that cannot be spoken to as it was asked for is not asked again, however long
// others are: neither its certificate nor its port will be another.
func TestMismatch(t *testing.T) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "{}") })
	secure := httptest.NewUnstartedServer(answer)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	plain := httptest.NewServer(answer)
	defer plain.Close()
	for base, want := range map[string]string{
		secure.URL: "SSL_CERT_FILE",
		strings.Replace(secure.URL, "https://", "http://", 1): "expected https://",
		strings.Replace(plain.URL, "http://", "https://", 1):  "expected http://",
	} {
		c, err := New(base)
		if err != nil {
			t.Fatal(err)
		}
		c.GiveUp = time.Hour
		c.Note = func(text string) { t.Errorf("%s: it is asked again: %s", base, text) }
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		err = c.Call(ctx, http.MethodGet, "/", "", nil, nil)
		cancel()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected %q", base, err, want)
		}
	}
}
