package edge

import (
	"net/http"
	"net/url"
	"testing"
)

// TestHere: where this edge is, is known before the first connection; but nobody is
// asked for a name that only a proxy may know.
func TestHere(t *testing.T) {
	for by, want := range map[string]string{"": "127.0.0.1", "http://proxy.example": ""} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1/1/nodes", nil)
		if err != nil {
			t.Fatal(err)
		}
		got := new(here).address(r, func(*http.Request) (*url.URL, error) {
			if by == "" {
				return nil, nil
			}
			return url.Parse(by)
		})
		if got != want {
			t.Errorf("by %q: %q, want %q", by, got, want)
		}
	}
}
