package match

// Kind names what happened: one of the constants, or x-[a-z0-9_-]{1,30}.
type Kind string

// The kinds, in the order in which State.Next lists them.
const (
	Lineup       Kind = "lineup"
	Start        Kind = "start"
	Halftime     Kind = "halftime"
	Continue     Kind = "continue"
	Extratime    Kind = "extratime"
	Penalties    Kind = "penalties"
	Stop         Kind = "stop"
	Addedtime    Kind = "addedtime"
	Goal         Kind = "goal"
	Miss         Kind = "miss"
	Shot         Kind = "shot"
	Offside      Kind = "offside"
	Foul         Kind = "foul"
	Corner       Kind = "corner"
	Goalkick     Kind = "goalkick"
	Throwin      Kind = "throwin"
	Freekick     Kind = "freekick"
	Save         Kind = "save"
	Penalty      Kind = "penalty"
	Card         Kind = "card"
	Substitution Kind = "substitution"
	Var          Kind = "var"
	Cancel       Kind = "cancel"
	Amend        Kind = "amend"
	Comment      Kind = "comment"
	Suspend      Kind = "suspend"
	Resume       Kind = "resume"
	Abandon      Kind = "abandon"
)

// Counted are the kinds that the statistics count, in their order.
var Counted = [...]Kind{Shot, Offside, Foul, Corner, Goalkick, Throwin, Freekick, Save, Penalty}

// Period of a match.
type Period string

const (
	NotStarted    Period = "not_started"
	First         Period = "first"
	HalftimeBreak Period = "halftime"
	Last          Period = "last"
	FirstExtra    Period = "first_extra"
	HalftimeExtra Period = "halftime_extra"
	LastExtra     Period = "last_extra"
	Shootout      Period = "penalties"
	Ended         Period = "ended"
)

// Status is the match's standing in one word, for lists and pages.
type Status string

const (
	Scheduled Status = "scheduled"
	Live      Status = "live"
	Suspended Status = "suspended"
	Postponed Status = "postponed"
	Abandoned Status = "abandoned"
	Finished  Status = "ended"
)

// RefreshesPicture says whether an event of this kind changes the picture
// behind a watcher's back, so that a status follows it on every stream.
func (k Kind) RefreshesPicture() bool { return k == Cancel || k == Amend || k == Abandon }
