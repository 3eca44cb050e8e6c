package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// exampler is a command whose help ends with lines to paste.
type exampler interface{ Examples() string }

// Examples are those of the whole program.
func (commands) Examples() string {
	return `matchstream demo                        a server that plays four real matches
matchstream serve --data ./data         a server of your own
matchstream watch                       the matches of a server, with their scores
matchstream admin token new --help      tokens for those who register events`
}

// printHelp is kong's help text and the command's examples behind it.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
		return err
	}
	node := ctx.Selected()
	if node == nil {
		node = ctx.Model.Node
	}
	e, ok := node.Target.Interface().(exampler)
	if !ok {
		return nil
	}
	text := "\nExamples:\n"
	for line := range strings.Lines(e.Examples() + "\n") {
		text += "  " + line
	}
	_, err := fmt.Fprint(ctx.Stdout, text)
	return err
}

// describeValue is a flag's help and, for a setting, its environment variable.
func describeValue(v *kong.Value) string {
	if v.Flag != nil && isSetting(v.Flag) {
		return v.Help + " ($" + environmentName(v.Name) + ")"
	}
	return v.Help
}
