// Package e2e tests a whole node from outside, through sockets only, as its
// users meet it: operators who post, watchers of all three protocols who see
// every event once and in order, and whatever goes wrong meanwhile.
package e2e
