// Package deploy has no code of its own: its tests hold the files beside it to
// the program, its flags, its metrics, its system calls. internal/e2e has those
// that run nginx and HAProxy in front of nodes.
package deploy
