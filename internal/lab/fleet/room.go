package fleet

// mostUsers is how many users a process has at most: one of the lab's aims is to have so
// many in one, and what is beyond is better done by another processor.
const mostUsers = 18_000

// roomOf is how many users fit into a process with so many descriptors, a tenth of which
// is for everything else.
func roomOf(descriptors uint64) int {
	return max(1, int(min(descriptors/10*9, mostUsers)))
}
