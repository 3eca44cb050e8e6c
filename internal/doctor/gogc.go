package doctor

import (
	"fmt"
	"strconv"
)

func lookAtGOGC(p *patient) []Finding {
	if p.envErr != nil {
		return cannotTell(p.envErr)
	}
	const needed = "not set (then the server has 50), or 25 to 200"
	text, set := p.env["GOGC"]
	n, err := strconv.Atoi(text)
	bad := Finding{Measured: "GOGC=" + text, Needed: needed, Remedy: []string{"unset GOGC"}}
	switch {
	case text == "":
		return fine("not set", needed)
	case text == "off" || err == nil && n < 0:
		bad.Severity = Failure
		if limit, err := parseBytes(p.env["GOMEMLIMIT"]); err == nil && limit != unlimited {
			bad.Severity, bad.Evidence = Note, []string{"GOMEMLIMIT=" + p.env["GOMEMLIMIT"] + ", so that it is collected at that"}
		}
	case err != nil && set:
		bad.Severity, bad.Evidence = Warning, []string{"Go does not understand it, and takes 100"}
	case n < 25 || n > 200:
		bad.Severity = Note
	default:
		return fine("GOGC="+text, needed)
	}
	return one(bad)
}

func lookAtGOMEMLIMIT(p *patient) []Finding {
	if p.envErr != nil {
		return cannotTell(p.envErr)
	}
	all, _, of, err := p.room()
	if err != nil {
		return cannotTell(err)
	}
	// The heap is collected when it has grown by half.
	least, most := p.processBytes()*3/2, all-p.kernelBytes()
	needed := fmt.Sprintf("not set, or from %s (the process and half of it) to %s (%s less the sockets' part)", size(least), size(max(0, most)), of)
	if most < least {
		needed = "not set: there is not enough memory for " + count(int64(p.Watchers)) + " watchers"
	}
	text := p.env["GOMEMLIMIT"]
	if text == "" {
		return fine("not set", needed)
	}
	limit, err := parseBytes(text)
	bad := Finding{Measured: "GOMEMLIMIT=" + text, Needed: needed, Remedy: []string{"unset GOMEMLIMIT"}}
	switch {
	case err != nil:
		bad.Severity, bad.Evidence = Failure, []string{"Go does not understand it, and no program of Go starts: " + err.Error()}
	case limit < least:
		bad.Severity = Failure
	case limit > most && limit != unlimited:
		bad.Severity = Warning
	default:
		return fine("GOMEMLIMIT="+text, needed)
	}
	return one(bad)
}
