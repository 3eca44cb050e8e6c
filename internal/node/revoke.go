package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"matchstream/internal/api"
	"matchstream/internal/auth"
	"matchstream/internal/store"
	"matchstream/internal/store/embedded"
)

// RevokeOperator asks for the token that a server's first start has put into a
// data folder to be taken back: it does so at SIGHUP, or at its next start,
// before it opens a door. It cannot be done from outside, since the store is
// locked while a server runs. Over a store elsewhere the folder is known by the text.
func RevokeOperator(data string) error {
	_, err := os.Stat(filepath.Join(data, auth.TextFile))
	if err != nil && !embedded.Holds(data) {
		return fmt.Errorf("%s: expected the data folder of a server (with a file %s or %s in it); a server that runs, with whatever store, is asked by --admin",
			data, embedded.VersionFile, auth.TextFile)
	}
	return auth.AskToRevoke(data)
}

// revoked is what a node answers who has had it revoke a token.
type revoked struct {
	Node string `json:"node"`
	File string `json:"file,omitempty"` // on that node: the text of the token that it made in its place
}

var (
	errGiven    = errors.New("it is of the tokens file or of MATCHSTREAM_OPERATOR_TOKEN: take it out of the file (matchstream admin token revoke --file) and send SIGHUP, or change the variable and start the server anew; each node that has it")
	errNoToken  = errors.New("the store has no token of this name")
	errOfOrigin = errors.New("this node is an edge, its origin has the tokens: ask that")
)

// Revoke takes a token of the store back, for all nodes. Who is asked for the operator's
// makes another, unless tokens are given to it; file is where its text lies.
func (n *Node) Revoke(ctx context.Context, name string) (file string, err error) {
	switch {
	case n.edge != nil:
		return "", errOfOrigin
	case n.tokens.Given(name):
		return "", errGiven
	}
	defer n.tokensChanged("") // also where it is not known what was done
	if name != auth.Operator {
		err = auth.Drop(ctx, n.store, name)
	} else if e, missing := n.store.Get(ctx, auth.Prefix+name); missing == nil || isLost(missing) {
		file, err = n.revokeOperator(ctx, e.Revision)
	} else {
		err = missing
	}
	if errors.Is(err, store.ErrNotFound) {
		return "", errNoToken
	}
	if err != nil {
		return "", err
	}
	return file, n.recallTokens(ctx)
}

// revokeOperator takes back the operator's token, which has a revision; 0: it is lost.
func (n *Node) revokeOperator(ctx context.Context, revision uint64) (file string, err error) {
	// Whoever asks means the one that holds now. One that cannot be used is no reason to
	// leave this one in the store.
	if err := n.recallTokens(ctx); err != nil && !errors.Is(err, errUnusable) {
		return "", err
	}
	if err := auth.AskToRevoke(n.config.Data); err != nil { // what fails is done at SIGHUP
		return "", err
	}
	if err := n.find(ctx); err != nil {
		return "", err
	}
	defer n.found()
	for {
		asked, err := n.takeBack(ctx)
		if errors.Is(err, auth.ErrTakenBefore) {
			return "", nil // another node has made the one in its place
		}
		if err != nil || asked && n.isGiven() {
			return "", err
		}
		if asked {
			return filepath.Abs(filepath.Join(n.config.Data, auth.TextFile))
		}
		// Who keeps the tokens has removed the asking, for an earlier one that is gone.
		e, err := n.store.Get(ctx, auth.Prefix+auth.Operator)
		if err != nil && !isLost(err) {
			return "", err
		}
		if e.Revision != revision {
			return "", nil // so is this one
		}
		if err := auth.AskToRevoke(n.config.Data); err != nil {
			return "", err
		}
	}
}

// revoking serves DELETE /tokens/{name} on the admin address.
func (n *Node) revoking() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("DELETE /tokens/{name}", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeoutCause(r.Context(), reloading, fmt.Errorf("no answer within %s", reloading))
		defer cancel()
		file, err := n.Revoke(ctx, r.PathValue("name"))
		if err != nil {
			api.Refuse(w, r, revokeCode(err), "", err.Error())
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(revoked{Node: n.config.Name, File: file}) //nolint:errcheck // the client has gone
	})
	return n.forAdmins(mux)
}

func revokeCode(err error) int {
	switch {
	case errors.Is(err, errNoToken), errors.Is(err, errOfOrigin):
		return http.StatusNotFound
	case errors.Is(err, errGiven):
		return http.StatusConflict
	case errors.Is(err, store.ErrUnknown):
		return http.StatusGatewayTimeout
	}
	return http.StatusServiceUnavailable
}
