package top

import "strings"

const helpText = `
tab, shift+tab   the next panel, or the one before
left, right      one node, or all of them
up, down, pages  another row
enter, esc       open the match that is picked, and back
l m r w          sort by lag, memory, rate, watchers, the most first
p then c or h    a profile of the chosen node to a file: CPU (10 s) or heap
space            hold what is shown, and go on
q                quit

BEHIND   events that the slowest watcher has not been given; B BEHIND: bytes
STILL    for how long he has taken nothing; FULL: watchers without room
MAIL     letters that wait for a loop; WAIT: how long one lies there
BUSY     part of the time in which the loop did not wait
WALK     mean time of giving all watchers what is new; LAST: of the last time
HALL     connections that do not watch yet, or no more
DELIV/S  of a match: its events of the last minute times who watches now
QUEUE    changes that wait for one before them, of the same match
TOOK     99% of the last minute's appends took no longer
AUDIENCE what waits to be written behind; LATE: since when it is due

!        something is wrong there, or somebody is behind
GROWS    grew for a minute: in each quarter of it the lowest value was
         higher than in the one before, by 5% in all or more`

// help is all that the keys and the columns mean.
func (s *State) help(width, height int, p paint) string {
	lines := strings.Split(strings.ReplaceAll(strings.TrimPrefix(helpText, "\n"), "GROWS   ", s.glyphs.grows+strings.Repeat(" ", 7)), "\n")
	for i, l := range lines {
		lines[i] = cut(l, width)
	}
	lines = append([]string{p.title(cut("matchstream top: keys and columns (any key: back)", width))}, lines...)
	if len(lines) > height {
		lines = lines[:height]
	}
	for len(lines) < height {
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n")
}
