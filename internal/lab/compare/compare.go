// Package compare says in which ways simulated users differ from people, by the access
// logs of both.
package compare
