package wire

// What edges and their origins tell each other, so that an edge which is fed by
// itself is noticed. Both hold the ids of edges with commas between them.
const (
	// PathHeader of an edge's answers: the edges from it up to the origin, itself first.
	PathHeader = "Match-Stream-Path"
	// ViaHeader of an edge's requests: the edges that they have come by.
	ViaHeader = "Match-Stream-Via"
)
