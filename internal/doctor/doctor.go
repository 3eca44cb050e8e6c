// Package doctor looks at the host: what would be in the way of many watchers, and how it
// is put right.
package doctor
