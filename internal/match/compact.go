package match

// Compact puts all strings of a match's description into one piece of memory:
// a node keeps it for every match there is. The values stay the same.
func (i *Info) Compact() {
	all := i.ID + i.Epoch + i.Stadium + i.Competition + i.Kickoff
	for _, s := range []*string{&i.ID, &i.Epoch, &i.Stadium, &i.Competition, &i.Kickoff} {
		*s, all = all[:len(*s)], all[len(*s):]
	}
	if i.ID == MakeID(i.Home, i.Visit, i.Date) {
		home, visit := len(i.Home), len(i.Home)+1+len(i.Visit)
		i.Home, i.Visit, i.Date = i.ID[:home], i.ID[home+1:visit], i.ID[visit+1:]
	}
}
