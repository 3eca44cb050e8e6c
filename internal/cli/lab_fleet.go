package cli

import (
	"matchstream/internal/lab/fleet"
)

// labFleet says where a crowd is carried: what commands with crowds have in common.
type labFleet struct {
	Agents []string `placeholder:"HOST" help:"Other machines that carry the users, each with a matchstream lab agent: hosts with commas, host:port where it is not 7700. This one carries none then."`
	Secret string   `placeholder:"FILE" help:"File with the secret of the agents."`
	Source []string `placeholder:"ADDRESS" help:"Addresses of this machine to call from, in turn: each has some 28,000 ports for a server's. On loopback there are more by themselves."`
}

// carrier is who carries crowds.
func (c *labFleet) carrier() (*fleet.Fleet, error) {
	f := &fleet.Fleet{Agents: c.Agents, Sources: c.Source}
	switch {
	case len(c.Agents) > 0 && c.Secret == "":
		return nil, usagef("--agents: expected --secret FILE with it, the file that the agents were given")
	case len(c.Agents) == 0 && c.Secret != "":
		return nil, usagef("--secret: expected to be given together with --agents, got %s", c.Secret)
	case len(c.Agents) > 0 && len(c.Source) > 0:
		return nil, usagef("--source: expected with lab agent, not with --agents: it is for addresses of the machine that calls")
	case c.Secret == "":
		return f, nil
	}
	var err error
	f.Secret, err = fleet.ReadSecret(c.Secret)
	return f, err
}
