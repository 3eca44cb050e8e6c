package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"matchstream/internal/store"
)

// RevokedFile in the data folder says that the token of the first start is to
// be taken back. It is left there by whoever may not open the store, since a
// server has it, and obeyed at the next start or SIGHUP. What stands in it does
// not matter.
const RevokedFile = "operator-token.revoked"

// AskToRevoke leaves RevokedFile in a data folder.
func AskToRevoke(dataDir string) error {
	f, err := os.OpenFile(filepath.Join(dataDir, RevokedFile), os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close(), syncFolder(dataDir))
	}
	if err != nil {
		return fmt.Errorf("the operator's token is not taken back, and still holds: %w", err)
	}
	return nil
}

// TakeBack does what RevokedFile asks for; false: it is not there. The file
// goes last, so that what is cut off, or fails, is done again.
func TakeBack(ctx context.Context, s store.Store, dataDir string, how Taking) (asked bool, err error) {
	asking := filepath.Join(dataDir, RevokedFile)
	if _, err := os.Lstat(asking); errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	before := how.take(ctx, s, dataDir)
	if before != nil && before != ErrTakenBefore {
		return true, fmt.Errorf("tokens: taking back the operator's: %w", before)
	}
	if err := remove(asking); err != nil {
		return true, fmt.Errorf("tokens: the operator's is taken back, but would be again at the next start: %w", err)
	}
	return true, before
}

// Forget removes what a data folder has of tokens that another node has taken back: a
// text that holds no more, which a later start could take for a new one's, and the asking
// for what is done by that. asked: there was such an asking.
func Forget(dataDir string, gone []Token) (asked bool, err error) {
	for _, t := range gone {
		if t.Name == Operator {
			_, missing := os.Lstat(filepath.Join(dataDir, RevokedFile))
			asked = missing == nil
			err = errors.Join(err, remove(filepath.Join(dataDir, RevokedFile)))
		}
		text, unread := readText(filepath.Join(dataDir, TextFile))
		if unread == nil && sha256.Sum256([]byte(text)) == t.hash {
			err = errors.Join(err, remove(filepath.Join(dataDir, TextFile)))
		}
	}
	if err != nil {
		err = fmt.Errorf("tokens: removing what is left of one that is taken back: %w", err)
	}
	return asked, err
}

// Drop removes a token from the catalogue, also one that the disk has lost.
// store.ErrNotFound: it is not there.
func Drop(ctx context.Context, s store.Store, name string) error {
	for tried := false; ; tried = true {
		e, err := get(ctx, s, name)
		if tried && errors.Is(err, store.ErrNotFound) {
			return nil // deleted behind what was called a conflict, or by another
		}
		if err == nil {
			err = s.Delete(ctx, e.Key, e.Revision)
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// get a token's entry from the catalogue; one that the disk has lost has the revision 0, by
// which it is written over.
func get(ctx context.Context, s store.Store, name string) (store.Entry, error) {
	e, err := s.Get(ctx, Prefix+name)
	if errors.Is(err, store.ErrNotFound) && errors.Is(err, store.ErrDamaged) {
		return store.Entry{Key: Prefix + name}, nil
	}
	return e, err
}

// removeOther removes the text in a file unless it is that of an entry.
func removeOther(path string, e store.Entry) error {
	text, err := readText(path)
	if t, bad := fromCatalogue(e); err != nil || bad != nil || sha256.Sum256([]byte(text)) == t.hash {
		return nil
	}
	return remove(path)
}

// isOf says whether a text is that of an entry's token.
func isOf(text string, e store.Entry) bool {
	t, err := fromCatalogue(e)
	return err == nil && sha256.Sum256([]byte(text)) == t.hash
}

// remove a file for good; it need not be there.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// Supersede removes the token of the first start from the store for good, once
// the file or the environment has given one of its name. Else it would hold
// again as soon as that one is taken out of the file: what is meant to revoke a
// token would bring another one back. Its text goes, too, or a later start
// would find it and take it for its own; but not if it is the text of the token
// that was given.
func Supersede(ctx context.Context, s store.Store, dataDir string, t *Tokens) error {
	for _, old := range t.now().superseded {
		text, err := readText(filepath.Join(dataDir, TextFile))
		sum := sha256.Sum256([]byte(text))
		if _, unknown := t.now().find(sum); err == nil && sum == old.hash && unknown != nil {
			err = os.Remove(filepath.Join(dataDir, TextFile))
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("tokens: removing the stored one of %s: %w", old.Name, err)
		}
		if err := errors.Join(syncFolder(dataDir), drop(ctx, s, old.Name)); err != nil {
			return fmt.Errorf("tokens: removing the stored one of %s: %w", old.Name, err)
		}
	}
	return nil
}

// drop removes a token from the catalogue; it need not be there.
func drop(ctx context.Context, s store.Store, name string) error {
	if err := Drop(ctx, s, name); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return nil
}
