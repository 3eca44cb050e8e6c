// MatchStream is a server for following live events: see README.md.
package main

import (
	"os"

	"matchstream/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
