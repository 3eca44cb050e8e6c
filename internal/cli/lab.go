package cli

// labCommand is the scale lab: the stages of a plan for finding out how many users a
// service carries, and for raising that. Each works from outside, through sockets only.
type labCommand struct {
}

// Examples end the help.
func (labCommand) Examples() string {
	return `matchstream lab --help`
}
