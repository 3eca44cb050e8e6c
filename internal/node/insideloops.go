package node

import (
	"matchstream/internal/inside"
	"matchstream/internal/pump"
)

func slowest(s pump.Straggler) inside.Slowest {
	return inside.Slowest{Events: s.Events, Bytes: s.Bytes, Still: s.Still.Seconds()}
}

func insideLoops(in pump.Inside) []inside.Loop {
	all := []inside.Loop{}
	for _, l := range in.Loops {
		all = append(all, inside.Loop{Loop: l.Loop, Answered: l.Answered, Took: l.Took.Seconds(), Mail: l.Mail, Connections: l.Connections,
			Hall: l.Hall, Lanes: l.Lanes, Busy: l.Busy.Seconds(), Walks: l.Walks, Walked: l.Walked.Seconds(), LastWalk: l.LastWalk.Seconds(),
			Full: l.Full, Slowest: slowest(l.Slowest)})
	}
	return all
}
