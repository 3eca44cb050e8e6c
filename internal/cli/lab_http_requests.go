package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"matchstream/internal/client"
	"matchstream/internal/lab"
)

// matchPlace stands for the match's id in a path.
const matchPlace = "{match}"

// articles are the requests of the article: what an app asks for when it is opened.
var articles = []lab.Request{
	{Name: "checkin", Method: http.MethodGet, URL: "/1/checkin", JSON: true},
	{Name: "matches", Method: http.MethodGet, URL: "/1/matches", JSON: true},
	{Name: "history", Method: http.MethodGet, URL: "/1/match/" + matchPlace + "/history", JSON: true},
}

// requests are those of the command line, of a match that it names, or of the server's
// first. The match is "" where none is needed.
func (c *labHTTPCommand) requests(ctx context.Context) ([]lab.Request, string, error) {
	all, err := parseRequests(c.Server, c.Match, c.Request)
	if err != nil || c.Match != "" {
		return all, c.Match, err
	}
	needed := len(c.Request) == 0
	for _, text := range c.Request {
		needed = needed || text == "history" || strings.Contains(text, matchPlace)
	}
	if !needed {
		return all, "", nil
	}
	match, err := firstMatch(ctx, c.Server)
	if err != nil {
		return nil, "", err
	}
	all, err = parseRequests(c.Server, match, c.Request)
	return all, match, err
}

// firstMatch is the first of a server's list.
func firstMatch(ctx context.Context, base string) (string, error) {
	server, err := client.New(base)
	if err != nil {
		return "", err
	}
	var ids []string
	err = server.Call(ctx, http.MethodGet, "/1/matches?limit=1", "", nil, &ids)
	switch {
	case client.Unreachable(err):
		return "", fmt.Errorf("no server answers at %s (matchstream serve starts one): %w", base, err)
	case err != nil:
		return "", fmt.Errorf("looking for a match to ask for: %w\n(of a server that is no MatchStream: --request NAME=/path)", err)
	case len(ids) == 0:
		return "", fmt.Errorf("%s has no match yet whose history could be asked for: create one (matchstream replay --help), or ask for something else: --request checkin --request matches", base)
	}
	return ids[0], nil
}

// parseRequests reads NAME=PATH and the like; of nothing it makes the article's three.
func parseRequests(base, match string, texts []string) (all []lab.Request, err error) {
	if len(texts) == 0 {
		texts = []string{"checkin", "matches", "history"}
	}
	names := map[string]bool{}
	for _, text := range texts {
		r, err := parseRequest(text)
		if err != nil {
			return nil, err
		}
		if names[r.Name] {
			return nil, fmt.Errorf("--request %q: expected a name of its own for each", text)
		}
		names[r.Name] = true
		r.URL = base + strings.ReplaceAll(r.URL, matchPlace, url.PathEscape(match))
		r.Body = strings.ReplaceAll(r.Body, matchPlace, match)
		all = append(all, r)
	}
	return all, nil
}

func parseRequest(text string) (lab.Request, error) {
	for _, r := range articles {
		if text == r.Name {
			return r, nil
		}
	}
	name, what, ok := strings.Cut(text, "=")
	r := lab.Request{Name: name, Method: http.MethodGet}
	if !strings.HasPrefix(what, "/") {
		r.Method, what, _ = strings.Cut(what, " ")
	}
	r.URL, r.Body, _ = strings.Cut(strings.TrimSpace(what), " ")
	_, bad := http.NewRequest(r.Method, "http://x"+r.URL, nil)
	if !ok || !isName(name) || !strings.HasPrefix(r.URL, "/") || bad != nil {
		return r, fmt.Errorf("--request %q: expected checkin, matches, history, or NAME=/path, NAME=GET /path or NAME=POST /path BODY, with a name of letters, digits and -", text)
	}
	return r, nil
}

// isName says whether a text may be the name of a request, and so of figures.
func isName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}
