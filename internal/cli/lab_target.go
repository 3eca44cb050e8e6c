package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/operator"
)

// articleRequests are the article's three, which an app makes before it watches a match;
// without a match two.
func articleRequests(server, match string) []lab.Request {
	all := []lab.Request{{Name: "checkin", Method: http.MethodGet, URL: server + "/1/checkin", JSON: true}, {Name: "matches", Method: http.MethodGet, URL: server + "/1/matches", JSON: true}}
	if match != "" {
		all = append(all, lab.Request{Name: "history", Method: http.MethodGet, URL: server + "/1/match/" + url.PathEscape(match) + "/history", JSON: true})
	}
	return all
}

// labToken is an operator's, from a file or else the environment; "": there is none.
func labToken(file string) (string, error) {
	text := os.Getenv(tokenVariable)
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("--token-file: %w", err)
		}
		text = string(b)
	}
	return strings.TrimSpace(text), nil
}

// ownMatch makes a match of the lab's own on a server.
func ownMatch(ctx context.Context, server, token string, patience time.Duration) (operator.Operator, error) {
	m, err := operator.OnMatchStream(ctx, server, token, operator.Timing{Patience: patience})
	if err != nil {
		return nil, err // no operator that is not nil, and yet nobody
	}
	return m, nil
}
