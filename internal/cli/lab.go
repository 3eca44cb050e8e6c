package cli

// labCommand is the scale lab: the stages of a plan for finding out how many users a
// service carries, and for raising that. Each works from outside, through sockets only.
type labCommand struct {
	HTTP labHTTPCommand `cmd:"" name:"http" help:"Have users make HTTP requests, and measure the answers."`

	Report labReportCommand `cmd:"" help:"Tell what was recorded, as text, JSON or a page with plots."`
}

// Examples end the help.
func (labCommand) Examples() string {
	return `matchstream lab http --help
matchstream lab report --help`
}
