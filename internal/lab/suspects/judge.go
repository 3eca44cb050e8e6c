package suspects

import (
	"slices"
	"strings"

	"matchstream/internal/lab"
)

// rule is one thing that may have been in the way.
type rule struct {
	of, what string
	find     func(c *trial) (text, remedy string) // "": not this
}

// rules, the first that holds is what was in the way. First what the lab cannot have
// done well, then what server or kernel have counted themselves, then what was full. On
// a full machine that both share, whoever took more of it was in the way: the lab is late
// there because of the server as often as the other way round (shared.go).
var rules = []rule{
	{"generator", "ports", ownPorts},
	{"generator", "descriptors", ownDescriptors},
	{"generator", "memory", ownMemory},
	{"generator", "failure", ownFailure},
	{"generator", "late", ownLate},
	{"server", "restarted", ofAny(restarted)},
	{"server", "refused", ofAny(refusedByLimit)},
	{"server", "descriptors", ofAny(descriptors)},
	{"host", "tcp-memory", tcpMemory},
	{"host", "conntrack", conntrack},
	{"server", "backlog", backlog},
	{"host", "memory", hostMemory},
	{"host", "steal", steal},
	{"server", "disk", ofAny(disk)},
	{"generator", "cpu", ownCPU},
	{"generator", "cpu", sharedByLab},
	{"host", "cpu", hostCPU},
	{"server", "cpu", ofAny(serverCPU)},
	{"server", "memory", ofAny(serverMemory)},
}

// Judge says what was in the way of a try that failed. Learnt is false if that was the
// lab itself, so that nothing was learnt about the server.
func Judge(e Evidence) lab.Limit {
	c := newTrial(e)
	for _, r := range rules {
		text, remedy := r.find(c)
		if text == "" {
			continue
		}
		if r.of == "generator" {
			text += " Nothing was learnt about the server."
		}
		return lab.Limit{Of: r.of, What: r.what, Text: text, Evidence: c.seen(), Remedy: remedy}
	}
	text := "What was in the way cannot be told."
	if unseen := c.unseen(); unseen != "" {
		text += " Nothing is known of " + unseen + "."
		return lab.Limit{Of: "unknown", What: "unknown", Text: text, Evidence: c.seen(),
			Remedy: "--admin URL lets the lab read a server's metrics, where they can be reached; on the same machine lab bound --pid N, if it has none"}
	}
	return lab.Limit{Of: "unknown", What: "unknown", Text: text + " Nothing that the lab looks at was full.", Evidence: c.seen(),
		Remedy: "compare the profiles and metrics of the last try that worked with those of the first that failed"}
}

// trial is the evidence, and what follows from it at once.
type trial struct {
	Evidence
	late  []lab.Expected // of durations, which do not hold
	wrong []lab.Expected // of anything else
}

func newTrial(e Evidence) *trial {
	c := &trial{Evidence: e}
	for _, x := range e.Expected {
		switch err := x.Check(e.Figures); {
		case err == nil:
		case lab.IsDuration(x.Name):
			c.late = append(c.late, x)
		default:
			c.wrong = append(c.wrong, x)
		}
	}
	return c
}

// count of errors of these codes, of streams, requests and the canary. Those of requests
// are among errors; only the status that was answered stands apart.
func (c *trial) count(codes ...string) (sum float64) {
	for _, code := range codes {
		sum += c.Figures["errors."+code] + c.Figures["canary.errors."+code]
		if strings.HasPrefix(code, lab.StatusCode) {
			sum += c.Figures["http.errors."+code]
		}
	}
	return sum
}

// errors are all.
func (c *trial) errors() float64 { return c.Figures["errors"] }

// turnedAway says whether anybody could not come, or was sent off.
func (c *trial) turnedAway() bool {
	return c.count(lab.Refused, lab.TimedOut, lab.CutOff, lab.Answered, lab.NoStatus) > 0 ||
		c.count("status-429", "status-503") > 0 || c.Users > 0 && c.Figures["users"] < float64(c.Users)
}

// slow says whether anything failed that want of CPU explains: what is late, and what did
// not come at all, or not before somebody lost his patience. What was not measured is not
// late: an event that some lack, since a full server refused them, says nothing of CPU.
func (c *trial) slow() bool {
	return slices.ContainsFunc(c.late, c.measured) || c.count(lab.TimedOut, lab.CutOff, lab.Missing) > 0
}

func (c *trial) measured(x lab.Expected) bool {
	_, is := c.Figures[x.Name]
	return is
}

// full says whether so much of what there is was taken.
func full(has, most, share float64) bool { return most > 0 && has >= share*most }
