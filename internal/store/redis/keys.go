package redis

import "matchstream/internal/store"

// format of what is kept. A store with another is refused.
const format = "1"

// keys are the names of everything that one store has in the server.
type keys struct {
	id                                          string // identity
	store, order, journals                      string
	catalogue, names, changed, deleted, changes string
	journalPrefix, topicPrefix                  string
}

func keysOf(prefix, id string) keys {
	// What stands in braces alone decides about the slot of a Redis Cluster.
	all := "ms:{" + prefix + "}:"
	of := all + id + ":"
	return keys{
		id: id, store: all + "store",
		order: of + "order", journals: of + "journals", journalPrefix: of + "journal:",
		catalogue: of + "catalogue", names: of + "names", changed: of + "changed", deleted: of + "deleted", changes: of + "changes",
		topicPrefix: of + "topic:",
	}
}

func nameOf(k store.Key) string { return k.Match + "/" + k.Epoch }

func (k keys) journal(name string) string { return k.journalPrefix + name }
