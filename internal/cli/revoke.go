package cli

import (
	"matchstream/internal/auth"
	"matchstream/internal/node"
)

type tokenRevokeCommand struct {
	Name string `required:"" placeholder:"NAME" help:"Whose token it is; that of a server's first start is called operator."`
	File string `xor:"where" placeholder:"FILE" help:"Tokens file to take its line out of (the line becomes a comment)."`
	Data string `xor:"where" placeholder:"DIR" help:"Or the data folder of the server whose first start made the token."`
}

// Help stands above the flags.
func (tokenRevokeCommand) Help() string {
	return "A server that runs takes the token back when it is sent SIGHUP, and until then the token holds; one that does not run, at its next start. " +
		"In place of that of the first start a new one is made and put into the data folder, unless others are given (--tokens, " + operatorTokenVariable + "). " +
		"A backup that was made before has the old one still."
}

// Examples end the help.
func (tokenRevokeCommand) Examples() string {
	return `matchstream admin token revoke --name bench --file tokens
matchstream admin token revoke --name operator --data ./matchstream-data
pkill -HUP -x matchstream`
}

// Run takes a token back.
func (c *tokenRevokeCommand) Run(w *world) error {
	switch {
	case c.File != "":
		if err := auth.Strike(c.File, c.Name); err != nil {
			return err
		}
		w.printf("%s is taken out of %s\n", c.Name, c.File)
	case c.Data == "":
		return usagef("expected where the token is: --file with a tokens file, or --data with a server's data folder")
	case c.Name != auth.Operator:
		return usagef("--name: expected %s, the only token that a data folder has, got %q; for one of a tokens file: --file", auth.Operator, c.Name)
	default:
		if err := node.RevokeOperator(c.Data); err != nil {
			return err
		}
		w.printf("the operator's token of %s is to be taken back\n", c.Data)
	}
	w.printf("a server that runs does so at SIGHUP, until then the token holds:  pkill -HUP -x matchstream\n")
	return nil
}
