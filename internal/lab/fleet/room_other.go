//go:build !unix

package fleet

// ownRoom is how many users fit into a process: descriptors are not limited here.
func ownRoom() int { return mostUsers }
