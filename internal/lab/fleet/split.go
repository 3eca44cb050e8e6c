package fleet

import "matchstream/internal/lab"

// split makes plans for parts, each with its room, in proportion to that. All users
// have names of their own; each part comes over the same time as the whole. At once at
// least one of each part comes, so it may be one for each part where fewer were meant.
func split(p lab.Plan, rooms []int) []lab.Plan {
	all := 0
	for _, room := range rooms {
		all += room
	}
	shares, before, first := make([]lab.Plan, len(rooms)), 0, p.First
	for i, room := range rooms {
		// The end of one share is the beginning of the next, so that they add up.
		of := func(n int) int { return n*(before+room)/all - n*before/all }
		share := p
		share.Users, share.Stalled, share.AtOnce = of(p.Users), of(p.Stalled), max(min(1, p.AtOnce), of(p.AtOnce))
		share.First = first
		share.Sources = every(p.Sources, i, len(rooms))
		share.Lines = from(p.Lines, i)
		shares[i] = share
		before += room
		first += share.Users + share.Stalled
	}
	return shares
}

// every is each n-th of all from i on; where there are fewer than n, one.
func every(all []string, i, n int) (some []string) {
	if len(all) == 0 {
		return nil
	}
	for ; i < len(all) || len(some) == 0; i += n {
		some = append(some, all[i%len(all)])
	}
	return some
}

// from is all, beginning with the i-th.
func from(all []string, i int) []string {
	if len(all) == 0 {
		return nil
	}
	i %= len(all)
	return append(append([]string{}, all[i:]...), all[:i]...)
}
