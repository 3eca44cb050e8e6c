package store

// Risk is one way in which a store may lose what it has acknowledged, or does
// not tell whether it may.
type Risk struct {
	Code string // one of RiskCodes
	Says string // what may happen, one sentence
	Do   string // what to do about it
}

// AtRisk is a store that looks how its server is set up. Where all is well, or
// nothing can be set up wrong, there is none.
type AtRisk interface {
	// Risks are those found when somebody last looked, the gravest first; at any
	// time, by anybody. The slice is not to be changed.
	Risks() []Risk
}

// RiskCodes are all there are, the gravest first; each has its words on the page of
// the node.
var RiskCodes = []string{
	"replica",         // the server is a replica, which takes nothing
	"not_kept",        // what is acknowledged is in memory only
	"not_written",     // the server cannot write to its disk
	"evicts",          // the server throws keys away when its memory is full
	"synced_late",     // it is synced after it is acknowledged
	"sync_pauses",     // there are times when it is so
	"replicas_behind", // a replica that takes over may lack it
	"log_grows",       // the server's log cannot be rewritten
	"not_known",       // the server does not say
}
