// Package fleet carries a crowd in several processes, here and on other machines.
package fleet
