// Package bound finds out how many users a service carries, and what stops it.
package bound
