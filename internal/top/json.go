package top

import (
	"context"
	"encoding/json"
	"io"
)

// JSON prints what each node answers, as one array. ErrNoAnswer as of Once.
func JSON(ctx context.Context, o Options, to io.Writer) error {
	type one struct {
		Admin  string    `json:"admin"`
		Error  string    `json:"error,omitempty"`
		Inside *Snapshot `json:"inside,omitempty"`
	}
	var all []one
	failed := 0
	for i, a := range askAll(ctx, o) {
		n := one{Admin: o.Nodes[i].Base, Inside: a.snapshot}
		if a.err != nil {
			n.Error = a.err.Error()
			failed++
		}
		all = append(all, n)
	}
	e := json.NewEncoder(to)
	e.SetIndent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	if failed == len(all) {
		return ErrNoAnswer
	}
	return nil
}
