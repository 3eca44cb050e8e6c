// Package nodes finds out what each added node brings: it starts one, two, … nodes, or
// takes those that it is given, has the boundary sought on each number, and says where
// adding stops helping, and how many nodes of which size so many users need.
//
//	Start     the nodes: processes of this program on loopback  (start.go, process.go, folder.go)
//	Spread    a crowd over them                                 (spread.go)
//	Gains     what each node brought                            (gains.go)
//	Size      how many nodes are needed, from what was measured (size.go)
package nodes
