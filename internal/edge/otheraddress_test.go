package edge

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// lines are what is logged, a line a string; those that nobody takes are left out.
type lines chan string

func (l lines) Write(b []byte) (int, error) {
	select {
	case l <- string(b):
	default:
	}
	return len(b), nil
}

// An address that is none of an origin, like that of a node's admin page.
func TestAnAddressWithoutAList(t *testing.T) {
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	said := make(lines, 1)
	s, err := Open(Options{Origin: other.URL, Log: slog.New(slog.NewTextHandler(said, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if line := <-said; !strings.Contains(line, "expected the public address of a MatchStream") {
		t.Errorf("it says %s", line)
	}
}
