package auth

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"matchstream/internal/store"
)

// TextFile is the file in the data folder that holds the text of the token
// made at the first start.
const TextFile = "operator-token"

// ErrTextGone: the catalogue has the token of the first start, but its text is
// not in the data folder any more. The node works all the same.
var ErrTextGone = errors.New("the operator's token was made at an earlier start and still holds, but its text is not there any more; if nobody has it, revoke it, and another is made (matchstream admin token revoke --name operator --admin <admin address>), or give one by --tokens (matchstream admin token new) or MATCHSTREAM_OPERATOR_TOKEN")

// ElsewhereError says that the operator's token is that of several nodes, and another has made it and
// has its text. Nothing is wrong.
type ElsewhereError struct{ Node string } // which node; "": that is not known

func (e *ElsewhereError) Error() string {
	return "the operator's token was made by " + cmp.Or(e.Node, "another node") + ", which has its text in its data folder"
}

// FirstStart sees to it that there is a token where neither a file nor the
// environment gives one. If the catalogue has none it makes one, named
// operator: its text goes to <data>/operator-token (mode 0600), then its hash
// to the catalogue, so that no hash is ever kept without its text. path is
// where the text lies, at later starts too. node is the name of this one where the
// store is that of several nodes; "": it stands alone. An error that wraps ErrTextGone,
// and an *ElsewhereError, are to be told, not to die of.
func FirstStart(ctx context.Context, s store.Store, dataDir, node string) (path string, err error) {
	path = filepath.Join(dataDir, TextFile)
	for {
		entries, err := s.List(ctx, Prefix)
		if errors.Is(err, store.ErrDamaged) {
			return "", fmt.Errorf("tokens: %w; or give a token by --tokens or MATCHSTREAM_OPERATOR_TOKEN", err)
		}
		if err != nil {
			return "", fmt.Errorf("tokens: %w", err)
		}
		if len(entries) > 0 {
			return textOf(entries, path, node)
		}
		text, err := keepText(path)
		if err != nil {
			return "", fmt.Errorf("tokens: %w", err)
		}
		err = putOperator(ctx, s, text, node, 0)
		if errors.Is(err, store.ErrConflict) {
			continue // another node of this store was faster: its token it is
		}
		if err != nil {
			return "", fmt.Errorf("tokens: %w", err)
		}
		return path, nil
	}
}

// putOperator puts the operator's token into the catalogue, in the place of that with the
// revision expect.
func putOperator(ctx context.Context, s store.Store, text, node string, expect uint64) error {
	t := Token{Name: Operator, Scopes: []string{Operator}, hash: sha256.Sum256([]byte(text)), maker: node}
	value, err := json.Marshal(t.entry())
	if err == nil {
		_, err = s.Put(ctx, Prefix+Operator, value, expect)
	}
	return err
}

// textOf finds the text of one of the catalogue's tokens in the file.
func textOf(entries []store.Entry, path, node string) (string, error) {
	text, err := readText(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("tokens: %w", err)
	}
	sum := sha256.Sum256([]byte(text))
	maker := ""
	for _, e := range entries {
		t, err := fromCatalogue(e)
		if err != nil {
			return "", err
		}
		if text != "" && t.hash == sum {
			return path, nil
		}
		if t.Name == Operator {
			maker = t.maker
		}
	}
	if node != "" && maker != node {
		return "", &ElsewhereError{Node: maker}
	}
	return "", fmt.Errorf("tokens: %s: %w", path, ErrTextGone)
}

func readText(path string) (string, error) {
	b, err := os.ReadFile(path)
	return strings.TrimSpace(string(b)), err
}

// keepText gives the text in the file, which a start that was cut off may have
// left there, or writes a new one: a whole file or none, synced.
func keepText(path string) (string, error) {
	text, err := readText(path)
	if err == nil && len(text) >= MinText {
		if err := usable(text); err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
		return text, os.Chmod(path, 0o600)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	text = Generate()
	// CreateTemp makes files of mode 0600.
	f, err := os.CreateTemp(filepath.Dir(path), TextFile+"-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name()) // gone already where all went well
	_, err = f.WriteString(text + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	return text, err
}

// syncFolder makes a rename last.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
