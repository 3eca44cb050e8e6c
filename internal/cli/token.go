package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"matchstream/internal/auth"
)

type adminCommand struct {
	Token   tokenCommand   `cmd:"" help:"Tokens of operators."`
	Copy    copyCommand    `cmd:"" help:"Copy a store: a backup, or the way back from one."`
	Cluster clusterCommand `cmd:"" help:"Nodes that form a cluster of their own."`

	Drain   drainCommand   `cmd:"" help:"Rid a node that runs of its watchers, and let no others in."`
	Undrain undrainCommand `cmd:"" help:"Take a drain back."`
	Shed    shedCommand    `cmd:"" help:"Send a share of a node's watchers elsewhere."`
}

// Examples end the help.
func (adminCommand) Examples() string {
	return tokenCommand{}.Examples() + "\n" + copyCommand{}.Examples() + "\n" + clusterCommand{}.Examples() + "\n" + drainCommand{}.Examples() + "\n" + shedCommand{}.Examples()
}

type tokenCommand struct {
	New    tokenNewCommand    `cmd:"" help:"Make a token for an operator."`
	Revoke tokenRevokeCommand `cmd:"" help:"Take a token back."`
}

// Examples end the help.
func (tokenCommand) Examples() string {
	return tokenNewCommand{}.Examples() + "\n" + tokenRevokeCommand{}.Examples()
}

type tokenNewCommand struct {
	Name  string   `required:"" placeholder:"NAME" help:"Who the token is for; stored with each event: 1 to 64 of letters, digits and _ . @ -."`
	Scope []string `required:"" placeholder:"SCOPE" help:"What it may do (repeatable, or with commas): match:<id> posts events to that match, operator does everything in the API, admin uses the admin address from outside, edge is for edges."`
	File  string   `placeholder:"FILE" help:"Tokens file to append the line to (made with mode 0600 if it is not there); else the line is printed."`
}

// Examples end the help.
func (tokenNewCommand) Examples() string {
	return `matchstream admin token new --name bench --scope match:elp-tig-2011-09-10 --file tokens
matchstream admin token new --name desk --scope operator,admin
matchstream serve --tokens tokens`
}

// Run makes a token. Its text is shown this once: only its hash is kept.
func (c *tokenNewCommand) Run(w *world) error {
	text := auth.Generate()
	line := auth.Line(c.Name, text, c.Scope)
	if _, err := auth.Parse(strings.NewReader(line)); err != nil {
		return usageError{withoutLine(err)}
	}
	if c.File == "" {
		w.printf("token (shown only now):  %s\nline for a tokens file:  %s\n", text, line)
		return nil
	}
	if err := appendToken(c.File, line); err != nil {
		return err
	}
	if w.printf("token (shown only now):  %s\nits line is in           %s\n", text, c.File); w.unsaid != nil {
		return fmt.Errorf("nobody has seen the token: take the line of %s out of %s again, and make another: %w", c.Name, c.File, w.unsaid)
	}
	return nil
}

// withoutLine drops "line 1: ": there is no file that this could be of.
func withoutLine(err error) error {
	if cause := errors.Unwrap(err); cause != nil {
		return cause
	}
	return err
}

// appendToken adds a line to a tokens file, which must be right with it: a
// name that is there already is refused.
func appendToken(path, line string) error {
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(before) > 0 && before[len(before)-1] != '\n' {
		line = "\n" + line
	}
	if _, err := auth.Parse(strings.NewReader(string(before) + line)); err != nil {
		return fmt.Errorf("%s: with the new token: %w", path, err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(line + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}
