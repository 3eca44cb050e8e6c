package doctor

import (
	"errors"
	"fmt"
)

var errUntracked = errors.New("the container does not track connections; whether its host does is to be asked there")

func lookAtConntrack(p *patient) []Finding {
	most, err := p.networkNumber("net.netfilter.nf_conntrack_max")
	if absent(err) {
		if _, err := p.networkNumber("net.core.somaxconn"); err != nil {
			return cannotTell(err)
		}
		if p.container {
			return cannotTell(errUntracked)
		}
		return fine("connections are not tracked", "")
	}
	if err != nil {
		return cannotTell(err)
	}
	now, err := p.networkNumber("net.netfilter.nf_conntrack_count")
	if err != nil {
		return cannotTell(err)
	}
	if most == 0 {
		return fine(fmt.Sprintf("no limit; %s are in use", count(now)), "")
	}
	others := max(0, now-p.open) // the entries of the process' own watchers are theirs
	need := 2*int64(p.Watchers) + others
	measured := fmt.Sprintf("%s, of which %s are in use", count(most), count(now))
	needed := fmt.Sprintf("%s: two for each watcher, and those that others use now", count(need))
	if most >= need {
		return fine(measured, needed)
	}
	s := Warning
	if most < others+int64(p.Watchers) {
		s = Failure
	}
	return p.raise(s, measured, needed, Setting{"net.netfilter.nf_conntrack_max", fmt.Sprint(need), "entries of the table of connections"})
}

func lookAtConntrackDrops(p *patient) []Finding {
	file := p.own("net/stat/nf_conntrack")
	text, err := p.text(file)
	if absent(err) {
		if _, err := p.counters(); err != nil {
			return cannotTell(err)
		}
		if p.container {
			return cannotTell(errUntracked)
		}
		return fine("connections are not tracked", "")
	}
	if err != nil {
		return cannotTell(err)
	}
	all, err := parseColumns(text)
	if err != nil {
		return cannotTell(&unreadable{file, err.Error(), err})
	}
	drop, ok := all["drop"]
	early, too := all["early_drop"]
	if !ok || !too {
		return cannotTell(&unreadable{file, "has no columns drop and early_drop", nil})
	}
	return counted(drop+early, Warning, "so far", "sudo dmesg | grep -i 'nf_conntrack: table full'")
}
