package edge

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"matchstream/internal/live"
	"matchstream/internal/store"
	"matchstream/internal/wire"
)

// FuzzScore: whatever the stream of all matches tells, nothing panics, and what
// comes into the catalogue has the form of its entries.
func FuzzScore(f *testing.F) {
	f.Add(score(3, epoch, "first"))
	f.Add(score(3, epoch, "ended"))
	f.Add(strings.Replace(score(3, epoch, "last"), `"status":"live"`, `"status":"suspended","minute":"47","home-penalties":1,"visit-penalties":2,"kickoff":"2026-01-01T20:00:00Z"`, 1))
	f.Fuzz(func(t *testing.T, text string) {
		var of wire.Score
		if json.Unmarshal([]byte(text), &of) != nil {
			return
		}
		s := &Store{log: slog.New(slog.DiscardHandler)}
		s.mu.entries = make(map[string]store.Entry)
		s.mu.told = make(map[string]live.Told)
		if s.setScore(of) != nil && len(s.mu.told) > 0 {
			t.Fatal("what is refused is kept")
		}
		for key, e := range s.mu.entries {
			if err := store.CheckEntry(key, e.Value); err != nil {
				t.Fatal(err)
			}
		}
	})
}
