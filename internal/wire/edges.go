package wire

// What edges and their origins tell each other, so that an edge which is fed by
// itself is noticed. Both hold the ids of edges with commas between them.
const (
	// PathHeader of an edge's answers: the edges from it up to the origin, itself first.
	PathHeader = "Match-Stream-Path"
	// ViaHeader of an edge's requests: the edges that they have come by.
	ViaHeader = "Match-Stream-Via"
	// StaleHeader of the answers of a node that may be behind: for how many seconds
	// its store has not answered.
	StaleHeader = "Match-Stream-Stale"
	// RoundHeader of an edge's report: which of its reports it is, from 1 on. Of two it
	// is the newer that counts, also where they come to two nodes of the origin.
	RoundHeader = "Match-Stream-Round"
)

// EdgeReport is the body of POST /1/edges/{name}: what an edge tells of its audience.
type EdgeReport[R any] struct {
	Matches []R `json:"matches" nullable:"false" doc:"Of each match that is watched there, or was since the last report"`
}

// EdgeAnswer is what the origin answers.
type EdgeAnswer struct {
	Key []byte `json:"key" doc:"Under which users are counted, so that one who comes to both is counted once"`
}
