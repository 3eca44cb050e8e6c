//go:build !unix

package poll

// Unread cannot be known here.
func Unread(int32) int32 { return 0 }
