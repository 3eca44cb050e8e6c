package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"matchstream/internal/client"
	"matchstream/internal/match"
)

// matchIDs are the ids of a server's matches in one period ("": all), by date,
// then id.
func matchIDs(ctx context.Context, server *client.Client, period string) (all []string, err error) {
	const atOnce = 1000
	for after := ""; ; after = all[len(all)-1] {
		var some []string
		path := fmt.Sprintf("/1/matches?limit=%d&period=%s&after=%s", atOnce, period, url.QueryEscape(after))
		if err := server.Call(ctx, http.MethodGet, path, "", nil, &some); err != nil {
			return nil, err
		}
		for _, id := range some {
			if err := match.CheckID(id); err != nil { // it is to become a file's name
				return nil, fmt.Errorf("expected match ids from %s, got %q", server.Base, id)
			}
		}
		all = append(all, some...)
		if len(some) < atOnce {
			return all, nil
		}
	}
}

// unknownMatch says that there is no such match, and which there are.
func unknownMatch(ctx context.Context, server *client.Client, id string) error {
	ids, err := matchIDs(ctx, server, "")
	if err != nil {
		return fmt.Errorf("there is no match %q on %s", id, server.Base)
	}
	if len(ids) == 0 {
		return fmt.Errorf("there is no match %q: %s has none yet", id, server.Base)
	}
	near := nearMatches(id, ids)
	text := "did you mean"
	if len(near) == 0 {
		text, near = "there are", ids[max(0, len(ids)-5):]
	}
	return fmt.Errorf("there is no match %q on %s; %s\n  %s\n(all of them: matchstream watch --server %s)", id, server.Base, text, strings.Join(near, "\n  "), server.Base)
}

// nearMatches are up to five ids like the one that was typed: those with all
// its parts, else the one that differs least.
func nearMatches(id string, ids []string) (near []string) {
	parts := strings.FieldsFunc(strings.ToLower(id), func(r rune) bool { return strings.ContainsRune("- /_.:", r) })
	for _, known := range ids {
		has := func(part string) bool { return strings.Contains(known, part) }
		if len(parts) > 0 && !slices.ContainsFunc(parts, func(p string) bool { return !has(p) }) {
			near = append(near, known)
		}
	}
	if len(near) == 0 {
		if one := nearest(id, ids); one != "" {
			near = []string{one}
		}
	}
	return near[:min(len(near), 5)]
}
