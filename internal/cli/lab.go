package cli

// labCommand is the scale lab: the stages of a plan for finding out how many users a
// service carries, and for raising that. Each works from outside, through sockets only.
type labCommand struct {
	HTTP    labHTTPCommand    `cmd:"" name:"http" help:"Have users make HTTP requests, and measure the answers."`
	Compare labCompareCommand `cmd:"" help:"Say in which ways simulated users differ from people, by access logs."`
}

// Examples end the help.
func (labCommand) Examples() string {
	return `matchstream lab http --help`
}
