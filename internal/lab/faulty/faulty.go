// Package faulty is servers made to be wrong, each in a known way, for tests.
package faulty
