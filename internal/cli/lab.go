package cli

// labCommand is the scale lab: the stages of a plan for finding out how many users a
// service carries, and for raising that. Each works from outside, through sockets only.
type labCommand struct {
	Simulate labSimulateCommand `cmd:"" help:"Have users follow a match as people do, and say what they met."`
	HTTP     labHTTPCommand     `cmd:"" name:"http" help:"Have users make HTTP requests, and measure the answers."`
	Bound    labBoundCommand    `cmd:"" help:"Find out how many users a server carries, and what stops it."`
	Nodes    labNodesCommand    `cmd:"" help:"Find out what each added node brings, and how many so many users need."`
	Compare  labCompareCommand  `cmd:"" help:"Say in which ways simulated users differ from people, by the access logs of both."`
	Report   labReportCommand   `cmd:"" help:"Tell what was recorded, as text, JSON or a page with plots."`
	All      labAllCommand      `cmd:"" help:"Run the five stages one after the other, and report what was found."`
	Agent    labAgentCommand    `cmd:"" help:"Carry users on this machine for a lab on another."`
	Carry    labCarryCommand    `cmd:"" hidden:""` // what the lab starts by itself
}

// Examples end the help.
func (labCommand) Examples() string {
	return `matchstream lab simulate --help
matchstream lab bound --help
matchstream lab all
matchstream lab report --help`
}
