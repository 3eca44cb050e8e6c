package store

// Risk is one way in which a store may lose what it has acknowledged, or does
// not tell whether it may.
type Risk struct {
	Code string // always the same for the same risk: [a-z_]+
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
