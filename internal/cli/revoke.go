package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"matchstream/internal/auth"
	"matchstream/internal/client"
	"matchstream/internal/node"
)

type tokenRevokeCommand struct {
	Name  string `required:"" placeholder:"NAME" help:"Whose token it is; that of a server's first start is called operator."`
	File  string `xor:"where" placeholder:"FILE" help:"Tokens file to take its line out of (the line becomes a comment)."`
	Admin string `xor:"where" placeholder:"URL" help:"Or the admin address of a node that runs, for a token that is in the store, whatever store that is."`
	Data  string `xor:"where" placeholder:"DIR" help:"Or the data folder of the server whose first start made the token."`

	TokenFile string `placeholder:"FILE" help:"File with a token of scope admin, where the admin address asks for one; else it is taken from $MATCHSTREAM_TOKEN."`
}

// Help stands above the flags.
func (tokenRevokeCommand) Help() string {
	return "By --admin it is done at once. By --file or --data a server that runs takes the token back when it is sent SIGHUP, and until then the token holds; one that does not run, at its next start. " +
		"In place of that of the first start a new one is made and put into the data folder of the node that was asked, unless others are given (--tokens, " + operatorTokenVariable + "). " +
		"Of several nodes over one store one is asked: the others follow within seconds. A tokens file is each node's own. " +
		"A backup that was made before has the old one still."
}

// Examples end the help.
func (tokenRevokeCommand) Examples() string {
	return `matchstream admin token revoke --name operator --admin http://127.0.0.1:8889
matchstream admin token revoke --name bench --file tokens
matchstream admin token revoke --name operator --data ./matchstream-data
pkill -HUP -x matchstream`
}

// Run takes a token back.
func (c *tokenRevokeCommand) Run(ctx context.Context, w *world) error {
	switch {
	case c.Admin != "":
		return c.ask(ctx, w)
	case c.File != "":
		if err := auth.Strike(c.File, c.Name); err != nil {
			return err
		}
		w.printf("%s is taken out of %s\n", c.Name, c.File)
	case c.Data == "":
		return usagef("expected where the token is: --file with a tokens file, --admin with a node's admin address, or --data with a server's data folder")
	case c.Name != auth.Operator:
		return usagef("--name: expected %s, the only token that a data folder has, got %q; for one of a tokens file: --file; for others of the store: --admin", auth.Operator, c.Name)
	default:
		if err := node.RevokeOperator(c.Data); err != nil {
			return err
		}
		w.printf("the operator's token of %s is to be taken back\n", c.Data)
	}
	w.printf("a server that runs does so at SIGHUP, until then the token holds:  pkill -HUP -x matchstream\n")
	return nil
}

// ask a node that runs to take a token of its store back.
func (c *tokenRevokeCommand) ask(ctx context.Context, w *world) error {
	server, err := askedNode{Admin: c.Admin, TokenFile: c.TokenFile}.client()
	if err != nil {
		return err
	}
	var done struct{ Node, File string }
	err = server.Call(ctx, http.MethodDelete, "/tokens/"+url.PathEscape(c.Name), "", nil, &done)
	var refused *client.Refusal
	switch {
	case client.Unreachable(err):
		return fmt.Errorf("nobody answers at %s: expected the admin address of a node (serve --admin) in --admin: %w", c.Admin, err)
	case (client.Is(err, http.StatusNotFound) || client.Is(err, http.StatusConflict)) && errors.As(err, &refused):
		return fmt.Errorf("%s is not taken back: %s", c.Name, refused.Detail)
	case err != nil:
		return err
	}
	w.printf("%s is taken back: node %s has done it, others over its store follow within seconds\n", c.Name, done.Node)
	if done.File != "" {
		w.printf("the token in its place is on that node, in %s\n", done.File)
	}
	return nil
}
