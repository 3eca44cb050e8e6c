package redis

import (
	"iter"
	"maps"
	"slices"
)

// chunks are the members of a set, sorted, some at a time.
func chunks(set map[string]bool, size int) iter.Seq[[]string] {
	return slices.Chunk(slices.Sorted(maps.Keys(set)), size)
}
