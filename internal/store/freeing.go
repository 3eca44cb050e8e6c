package store

import "context"

type freeingKey struct{}

// Freeing marks what is written under a context as a step to free space, like
// the last record of a match that is deleted: a store that is short of space
// takes it where it refuses others (ErrFull).
func Freeing(ctx context.Context) context.Context {
	return context.WithValue(ctx, freeingKey{}, true)
}

// IsFreeing says whether the context is marked so. For implementations.
func IsFreeing(ctx context.Context) bool { return ctx.Value(freeingKey{}) != nil }
