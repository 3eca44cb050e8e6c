// Package nodes finds out what each added node brings.
package nodes
