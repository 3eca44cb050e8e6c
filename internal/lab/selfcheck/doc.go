// Package selfcheck has no code: its tests hold the lab to what it promises. What a server
// does wrong is found and named, a right one is never blamed, and latencies are the
// server's. It is shown with servers made to be wrong (lab/faulty), with our own, and with
// one that is not ours.
package selfcheck
