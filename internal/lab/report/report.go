// Package report tells what is in records: as text, JSON, and a page with plots.
package report
