// Package lab is what the parts of the scale lab share: the words of a test, and how
// what was found is added up. It does no I/O.
//
// The lab finds out, from outside and through sockets only, how many users a service
// carries, and what stops it. It is the plan of the article that MatchStream comes from
// ("Scaling Erlang", 2011) as a tool.
//
// # How a test goes
//
//	Plan      what a crowd is to do                        (plan.go)
//	Carrier   carries it: in this process (lab/crowd), in  (carrier.go)
//	          several, on other machines (lab/fleet)
//	Mark      what the lab's operator puts into an event,  (mark.go)
//	          so that whoever reads it knows which it is,
//	          and since when it was due
//	Tally     what a crowd has seen; tallies of its parts  (tally.go)
//	          are merged
//	Figures   a tally's numbers by name: complete.p99      (figures.go)
//	Expected  what was expected of them, which decides     (expected.go)
//	Step      one try with N users; a search is many       (run.go)
//
// Raw results are written first (lab/record) and reported later (lab/report).
//
// # The lab suspects itself
//
// A latency counts from the moment an event was due, not from when it was sent: a lab
// that stalls does not flatter the server. And a late reader is not a late server: for
// a sample of what comes the kernel says when it came, so that Lateness is what the lab
// itself has added. Where that is what failed, nothing was learnt about the server, and
// it is said (Limit).
package lab
