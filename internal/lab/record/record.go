// Package record keeps what a run finds, as it is found: a folder that can be read
// whatever becomes of the run.
package record
