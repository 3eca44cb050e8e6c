package compare

import (
	"fmt"
	"math"
	"strings"
)

// connections: whether, how and to which end they watch. known: both logs say it.
func (c *comparison) connections(known bool) {
	a, b := c.a, c.b
	watches := func(p *profile, n int) Measure { return Measure{Count: n, Of: p.watch} }
	c.share("connections", "watch at all", "", Measure{Count: a.watch, Of: a.users}, Measure{Count: b.watch, Of: b.users})
	mix := via(a)
	for _, protocol := range both(a.via, b.via) {
		c.share("protocols", "watch first by "+protocol, mix, watches(a, a.via[protocol]), watches(b, b.via[protocol]))
	}
	if !known {
		return
	}
	for _, why := range both(a.ends, b.ends) {
		option := ""
		if why == "left" {
			option = leave(a)
		}
		c.share("ends", "their last connection ends with "+why+" ("+meaning(why)+")", option, watches(a, a.ends[why]), watches(b, b.ends[why]))
	}
	c.share("resumes", "lose a connection, and resume by a position", share("--tunnel", watches(a, a.resume)), watches(a, a.resume), watches(b, b.resume))
	c.share("returns", "leave, and come back as new", share("--return", watches(a, a.back)), watches(a, a.back), watches(b, b.back))
	c.share("slow", "are too slow at some time", share("--slow", watches(a, a.slow)), watches(a, a.slow), watches(b, b.slow))
}

// share is an option with the share of users that does it.
func share(option string, m Measure) string {
	return fmt.Sprintf("%s %.0f%%", option, 100*m.Share())
}

// leave is the option for leaving for good: how many do, and the mean time until then.
// Who leaves and comes back, and is there until the end, is not among them.
func leave(p *profile) string {
	option := share("--leave", Measure{Count: p.ends["left"], Of: p.watch})
	if len(p.left) > 0 {
		sum := 0.0
		for _, stayed := range p.left {
			sum += stayed
		}
		option += " --pause " + seconds(sum/float64(len(p.left)))
	}
	return option
}

// via is the option that makes protocols as frequent as with people; "" if it cannot.
func via(p *profile) string {
	all := p.via["tcp"] + p.via["sse"] + p.via["ws"]
	var parts []string
	for _, protocol := range []string{"tcp", "sse", "ws"} {
		if n := math.Round(100 * float64(p.via[protocol]) / float64(max(all, 1))); n > 0 {
			parts = append(parts, fmt.Sprintf("%s:%.0f", protocol, n))
		}
	}
	if parts == nil {
		return ""
	}
	return "--via " + strings.Join(parts, ",")
}

// meaning is what an end means, in a few words (docs/ACCESS-LOG.md).
func meaning(why string) string {
	words := map[string]string{"ended": "the match was over", "left": "the client closed", "broken": "reset, or failed",
		"too_slow": "took nothing for too long", "draining": "the server was stopped", "shed": "told to go elsewhere",
		"deleted": "the match was deleted", "full": "turned away", "full_for_address": "turned away",
		"stale": "told to come back", "not_found": "no such match", "handshake": "did not say what it wants"}[why]
	if words == "" {
		return "see docs/ACCESS-LOG.md"
	}
	return words
}

// times: how many, how long, how soon. known: both logs say how long things lasted.
func (c *comparison) times(known bool) {
	a, b := c.a, c.b
	c.numbers("requests", "how many requests a user makes", "", a.requests, b.requests, anyNumber, number)
	c.numbers("arrival", "when they come, behind the first of all", arrival(a.came), a.came, b.came, aSecond, seconds)
	c.numbers("pauses", "pause behind a request", "", a.pauses, b.pauses, aSecond, seconds)
	if !known {
		return
	}
	option := ""
	if a.ends["left"] > 0 {
		option = leave(a)
	}
	if !c.numbers("durations", "how long they stay, to the end of their last connection", option, a.stayed, b.stayed, aSecond, seconds) {
		c.numbers("durations", "how long they keep a connection", "", a.lasted, b.lasted, aSecond, seconds)
	}
}

// arrival is the option that is most like how people came: evenly; in groups, with
// three pauses or more of a twentieth of the time; else most in a short time.
func arrival(came []float64) string {
	if len(came) == 0 || came[len(came)-1] == 0 {
		return ""
	}
	over := came[len(came)-1]
	even, pauses := 0.0, 0
	for i, at := range came {
		even = max(even, math.Abs(at/over-float64(i)/float64(len(came))))
		if i > 0 && at-came[i-1] > over/20 {
			pauses++
		}
	}
	how := "kickoff"
	switch {
	case even < 0.15:
		how = "steady"
	case pauses >= 3 && len(came) >= 100:
		how = "waves"
	}
	return "--arrive " + how + " --over " + seconds(over)
}
