// Package operator is who makes things happen in a test: it plays a match on a
// MatchStream, or publishes to another service, each event when it is due.
package operator
