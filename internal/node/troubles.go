package node

import (
	"slices"

	v "matchstream/internal/vitals"
)

// troubles are what can be wrong with a node, the gravest first. Each has its
// words in internal/words: "node.wrong_<name>" says what it is and what it
// means, "node.do_<name>" what to do. They look at the chart alone. docs/METRICS.md
// has the same as alerts.
func troubles() []v.Rule {
	return slices.Concat(graveTroubles(), risksOf(true), otherTroubles(), risksOf(false))
}

func graveTroubles() []v.Rule {
	return []v.Rule{
		{Name: "replaced", Grave: true,
			Holds: func(c v.Values) bool { return c.Now("store_replaced") > 0 }},
		{Name: "was_replaced", Grave: true,
			Holds: func(c v.Values) bool { return c.Now("store_was_replaced") > 0 },
			Facts: facts("store_was_replaced", v.Duration)},
		{Name: "removed", Grave: true,
			Holds: func(c v.Values) bool { return c.Now("removed") > 0 }},
		{Name: "stale", Grave: true,
			Holds: func(c v.Values) bool { return c.Now("store_stale") > 0 && c.Now("removed") == 0 },
			Facts: facts("store_stale", v.Duration)},
		{Name: "unwritable", Grave: true,
			Holds: func(c v.Values) bool { return refuses(c) && c.Now("store_free") >= diskFull }},
		{Name: "disk_full", Grave: true,
			Holds: func(c v.Values) bool { return refuses(c) && c.Now("store_free") < diskFull },
			Facts: facts("store_free", v.Bytes)},
		{Name: "full", Grave: true,
			Holds: func(c v.Values) bool { return c.Sum("refused_full", 60) >= 1 },
			Facts: func(c v.Values) []v.Fact {
				return []v.Fact{{Name: "value", Value: c.Sum("refused_full", 60)}, {Name: "of", Value: c.Of("watchers")}}
			}},
		{Name: "starved", Grave: true,
			Holds: func(c v.Values) bool { return c.Sum("starved", 60) >= 1 },
			Facts: sum("starved", 60)},
		{Name: "descriptors", Grave: true,
			Holds: func(c v.Values) bool { return c.Part("descriptors") > 0.95 && c.Sum("refused_full", 60) < 1 },
			Facts: part("descriptors")},
		{Name: "late", Grave: true, After: 5,
			Holds: func(c v.Values) bool { return c.Now("last_watcher") > 1 },
			Facts: facts("last_watcher", v.Duration)},
		{Name: "panics", Grave: true,
			Holds: func(c v.Values) bool { return c.Sum("panics", v.Kept) >= 0.5 },
			Facts: sum("panics", v.Kept)},
		{Name: "damaged", Grave: true,
			Holds: func(c v.Values) bool { return c.Now("damaged") > 0 },
			Facts: facts("damaged", v.Count)},
		{Name: "same_name", Grave: true,
			Holds: func(c v.Values) bool { return c.Now("same_name") > 0 }},
		{Name: "lagging", Grave: true, After: 5,
			Holds: func(c v.Values) bool { return c.Now("lagging") > 0 }},
		{Name: "certificates_missing", Grave: true,
			Holds: func(c v.Values) bool { return c.Now("certificates_missing") > 0 },
			Facts: facts("certificates_missing", v.Count)},
		{Name: "certificate_broken", Grave: true,
			Holds: func(c v.Values) bool { return c.Now("certificate_broken") > 0 }},
		{Name: "certificate_old", Grave: true,
			Holds: func(c v.Values) bool { return c.Now("certificate_old") > 0 }},
	}
}

func otherTroubles() []v.Rule {
	return []v.Rule{
		{Name: "replicas_missing", After: 15, // it is asked every ten: once may be a node that was slow to answer
			Holds: func(c v.Values) bool { return c.Now("replicas_missing") > 0 && c.Now("removed") == 0 },
			Facts: func(c v.Values) []v.Fact {
				return []v.Fact{{Name: "value", Value: c.Now("replicas")}, {Name: "of", Value: c.Of("replicas")}}
			}},
		{Name: "nearly_full",
			Holds: func(c v.Values) bool { return c.Part("watchers") > 0.9 && c.Sum("refused_full", 60) < 1 },
			Facts: part("watchers")},
		{Name: "slow_disk", After: 5,
			Holds: func(c v.Values) bool { return c.Now("append") > 0.1 },
			Facts: facts("append", v.Duration)},
		{Name: "disk_low",
			Holds: func(c v.Values) bool { return c.Now("store_writable") != 0 && c.Now("store_free") < 1e9 },
			Facts: facts("store_free", v.Bytes)},
		{Name: "memory", After: 10,
			Holds: func(c v.Values) bool { return c.Part("memory") > 0.9 },
			Facts: part("memory")},
		{Name: "cpu", After: 5,
			Holds: func(c v.Values) bool { return c.Mean("cpu", 30) > 0.9*c.Of("cpu") },
			Facts: func(c v.Values) []v.Fact {
				return []v.Fact{{Name: "value", Value: c.Mean("cpu", 30) / c.Of("cpu"), Unit: v.Share}}
			}},
		{Name: "gc_pause",
			Holds: func(c v.Values) bool { return c.Now("gc_pause") > 0.05 },
			Facts: facts("gc_pause", v.Duration)},
		{Name: "slow_clients",
			Holds: func(c v.Values) bool { return c.Mean("close_too_slow", 60) > 10 },
			Facts: sum("close_too_slow", 60)},
		{Name: "idlers",
			Holds: func(c v.Values) bool { return c.Mean("yielded", 60) > 10 },
			Facts: sum("yielded", 60)},
		{Name: "log_lost",
			Holds: func(c v.Values) bool { return c.Sum("log_lost", v.Kept) >= 0.5 },
			Facts: sum("log_lost", v.Kept)},
		{Name: "draining",
			Holds: func(c v.Values) bool { return c.Now("draining") > 0 && c.Now("store_replaced") == 0 }},
	}
}

// diskFull: a store that takes no more events has less room than this, or else
// something is broken. When it takes none is the store's to say.
const diskFull = 64 << 20

// refuses says whether the store takes no events since its disk does not.
func refuses(c v.Values) bool { return c.Now("store_writable") == 0 && c.Now("removed") == 0 }

func facts(series string, unit v.Unit) func(v.Values) []v.Fact {
	return func(c v.Values) []v.Fact { return []v.Fact{{Name: "value", Value: c.Now(series), Unit: unit}} }
}

func part(series string) func(v.Values) []v.Fact {
	return func(c v.Values) []v.Fact {
		return []v.Fact{{Name: "value", Value: c.Part(series), Unit: v.Share}}
	}
}

// sum of a rate over the last seconds: how often it happened.
func sum(series string, seconds int64) func(v.Values) []v.Fact {
	return func(c v.Values) []v.Fact { return []v.Fact{{Name: "value", Value: c.Sum(series, seconds)}} }
}
