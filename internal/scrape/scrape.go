// Package scrape reads a server's metrics, in Prometheus' text format.
package scrape
