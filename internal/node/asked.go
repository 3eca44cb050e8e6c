package node

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// What a node can be asked for, by whoever has reached the admin address of any
// node: verbs of cluster.Members.Ask.
const (
	verbDrain   = "drain"   // over, force ("1", else "")
	verbUndrain = "undrain" //
	verbShed    = "shed"    // percent, over
	verbCrowd   = "crowd"   // nothing is done
)

// crowd is how a node answers: who watches there, and whether they are leaving.
type crowd struct {
	Node     string `json:"node"`
	Watchers int64  `json:"watchers"` // now
	Draining bool   `json:"draining"`
	Told     *int   `json:"told,omitempty"` // how many are shed
}

// answer does what this node is asked for, and says how it is then.
func (n *Node) answer(_ context.Context, verb string, args []string) (string, error) {
	told, err := n.comply(verb, args)
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(crowd{Node: n.config.Name, Watchers: n.watchers(), Draining: n.draining.Load(), Told: told})
	return string(b), err
}

func (n *Node) comply(verb string, args []string) (told *int, err error) {
	arg := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	switch verb {
	case verbDrain:
		over, err := parseOver(arg(0), n.config.Drain)
		if err != nil {
			return nil, err
		}
		return nil, n.Drain(over, arg(1) == "1")
	case verbUndrain:
		return nil, n.Undrain()
	case verbShed:
		percent, err := parseShare(arg(0))
		if err != nil {
			return nil, err
		}
		over, err := parseOver(arg(1), n.config.Drain)
		if err != nil {
			return nil, err
		}
		many, err := n.Shed(percent, over)
		return &many, err
	case verbCrowd:
		return nil, nil
	}
	return nil, fmt.Errorf("%q is nothing that this version (%s) can be asked for", verb, n.config.Version)
}

// longestOver is the longest time over which watchers can be sent away.
const longestOver = 24 * time.Hour

// parseOver reads a time over which watchers are sent away; "": the node's own.
func parseOver(text string, usual time.Duration) (time.Duration, error) {
	if text == "" {
		return usual, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > longestOver {
		return 0, fmt.Errorf("over: expected a time from 0s to 24h, like 30s or 5m, got %.40q", text)
	}
	return d, nil
}

// parseShare reads a share of the watchers, in hundredths.
func parseShare(text string) (int, error) {
	percent, err := strconv.Atoi(strings.TrimSuffix(text, "%"))
	if err != nil || percent < 1 || percent > 100 || text[0] == '+' {
		return 0, fmt.Errorf("share: expected a whole number of hundredths from 1%% to 100%%, got %.40q", text)
	}
	return percent, nil
}
