package api

import (
	"matchstream/internal/live"
	"matchstream/internal/match"
)

func timeline(m *live.Match, events []match.Event) ([]byte, error) { return nil, nil }
