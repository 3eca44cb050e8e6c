// Package crowd is many users in one process: they watch as an app does, know only
// what a client knows, and check all that they are told.
package crowd
