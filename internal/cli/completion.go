package cli

import (
	"context"
	"embed"
	"time"

	"github.com/alecthomas/kong"

	"matchstream/internal/client"
)

// The scripts know nothing: on each Tab they ask this program for what can come
// next, as matchstream __complete, and get a line for each: the word, and
// behind a tab what it is. So they are right for every version of it.
//
//go:embed completion/*
var completionScripts embed.FS

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help stands above the flags.
func (completionCommand) Help() string {
	return "Prints a script that makes Tab complete commands, flags, their values, files, and the matches of the server that --server names " +
		"(else http://localhost:8888, if one answers there)."
}

// Examples end the help.
func (completionCommand) Examples() string {
	return `source <(matchstream completion bash)
matchstream completion bash > ~/.local/share/bash-completion/completions/matchstream
matchstream completion zsh > "${fpath[1]}/_matchstream"
matchstream completion fish > ~/.config/fish/completions/matchstream.fish`
}

// Run prints the shell's script.
func (c *completionCommand) Run(w *world) error {
	b, err := completionScripts.ReadFile("completion/matchstream." + c.Shell)
	if err != nil {
		return err
	}
	_, err = w.stdout.Write(b)
	return err
}

// completeCommand answers the scripts.
type completeCommand struct {
	Words []string `arg:"" optional:"" passthrough:"all" help:"The command line up to the cursor; the last word is the one to complete."`
}

// onTab is how long a person waits for the names of matches.
const onTab = time.Second

// Run prints what can come next, a line each. The word :files or :folders
// stands for what the shell completes itself.
func (c *completeCommand) Run(ctx context.Context, w *world, parsed *kong.Context) error {
	typed := c.Words
	if len(typed) > 0 && typed[0] == "--" {
		typed = typed[1:]
	}
	line := readTyped(parsed.Model.Node, typed)
	ctx, cancel := context.WithTimeout(ctx, onTab)
	defer cancel()
	for _, x := range line.candidates(func() []string { return completedMatches(ctx, line.server()) }) {
		w.printf("%s\t%s\n", x.word, x.help)
	}
	return nil
}

// completedMatches are the ids that a server knows; none if it does not answer.
func completedMatches(ctx context.Context, address string) []string {
	server, err := client.New(address)
	if err != nil {
		return nil
	}
	ids, err := matchIDs(ctx, server, "")
	if err != nil {
		return nil
	}
	return ids
}
