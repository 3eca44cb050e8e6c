package peers

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"matchstream/internal/store/embedded"
)

// A cluster node's folder says in its file VERSION what it is, whose it is, and how
// far it has come:
//
//	matchstream-node 1
//	node a
//	stage member
//
// "first" is written before the server first writes there: from then on the folder
// has all that this node has ever promised the others (terms, votes, records), also
// if it is killed. A folder that has nothing is of a node that may have promised
// something and lost it, and so is a "first" one without the server's files; scout.go
// asks the others. "member" is written once there was
// a leader; "removed", once the others have taken the node out.
const (
	version      = 1
	stageRemoved = "removed"
)

// folder is a node's, locked for this process.
type folder struct {
	dir   string
	lock  *embedded.Lock
	node  string
	stage string // "": there is nothing in it that was promised
}

// openFolder locks a folder, made if need be, for a node of this name.
func openFolder(dir, node string) (*folder, error) {
	lock, err := embedded.LockFolder(dir, func() error {
		_, err := readFolder(dir, node)
		return err
	})
	if err != nil {
		return nil, err
	}
	f, err := readFolder(dir, node)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	f.lock = lock
	return f, nil
}

// readFolder says what a folder is, and refuses one that is not this node's.
func readFolder(dir, node string) (*folder, error) {
	f := &folder{dir: dir, node: node}
	text, err := os.ReadFile(filepath.Join(dir, embedded.VersionFile))
	if errors.Is(err, fs.ErrNotExist) {
		return f, embedded.CheckEmpty(dir)
	}
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	word, number, _ := strings.Cut(lines[0], " ")
	switch {
	case word == embedded.StoreWord:
		return nil, fmt.Errorf("it is of a server that stands alone; start the cluster with new folders, and copy it into a running node: matchstream admin copy %s http://127.0.0.1:8889", dir)
	case word != embedded.NodeWord:
		return nil, fmt.Errorf("its file %s is not of a MatchStream store; choose an empty or a new folder", embedded.VersionFile)
	case number != fmt.Sprint(version):
		return nil, fmt.Errorf("it was written by a newer MatchStream (node version %s, this program knows %d); run that newer version, or choose another folder", number, version)
	}
	settings := make(map[string]string)
	for _, l := range lines[1:] {
		key, value, _ := strings.Cut(l, " ")
		settings[key] = value
	}
	f.stage = settings["stage"]
	files, err := hasPromises(dir)
	switch {
	case settings["node"] != node:
		return nil, fmt.Errorf("it is node %s's: start it with --node %s, or choose another folder for node %s", settings["node"], settings["node"], node)
	case f.stage == stageRemoved:
		return nil, fmt.Errorf("node %s was removed from its cluster; to have it join anew, empty the folder, or choose another", node)
	case f.stage != stageFirst && f.stage != stageMember:
		return nil, fmt.Errorf("its file %s is damaged (stage %q); remove the node from the cluster by matchstream admin cluster remove %s, empty the folder, and start it again", embedded.VersionFile, f.stage, node)
	case err != nil:
		return nil, err
	case f.stage == stageMember && !files:
		return nil, lost(node, "the server's files in it are gone")
	case !files: // killed before it made them, or lost since: only the others know
		f.stage = ""
	}
	return f, nil
}

// hasPromises says whether the files are there in which the server keeps its terms
// and votes (nats-server v2.15: jetStream.setupMetaGroup).
func hasPromises(dir string) (bool, error) {
	_, err := os.Stat(filepath.Join(filesOf(dir), systemAccount, "_js_", "_meta_"))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// still says whether what is in the folder's place is what this member has left
// there: a disk that failed may be gone, and its mount point be empty.
func (f *folder) still() error {
	now, err := readFolder(f.dir, f.node)
	if err == nil && now.stage == "" {
		err = lost(f.node, "its folder is empty now")
	}
	return err
}

// set how far it has come.
func (f *folder) set(stage string) error {
	if f.stage == stage {
		return nil
	}
	text := fmt.Sprintf("%s %d\nnode %s\nstage %s\n", embedded.NodeWord, version, f.node, stage)
	if err := embedded.WriteSynced(filepath.Join(f.dir, embedded.VersionFile), text); err != nil {
		return err
	}
	f.stage = stage
	return nil
}

// ErrLost: the others know this node, and its disk has nothing.
var ErrLost = errors.New("what this node has promised the others is lost")

// lost is an ErrLost that says what to do. A node without its terms, votes and
// records must not take part under its old name: it would vote as if it had promised
// nothing, and what only it and a node that is away have stored could be lost.
func lost(node, how string) error {
	return fmt.Errorf("%w: node %s is one of the cluster's, but %s. Put the folder back if it is only elsewhere. "+
		"If it is lost: matchstream admin cluster remove %s on another node, empty this folder, then start this one with a new name (--node)", ErrLost, node, how, node)
}
