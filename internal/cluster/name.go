package cluster

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

var validName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`)

// CheckName says what is wrong with a node's name.
func CheckName(name string) error {
	if !validName.MatchString(name) {
		return fmt.Errorf("the name of a node is %.80q; expected 1 to 63 of A-Z a-z 0-9 . _ -, the first and the last a letter or digit", name)
	}
	return nil
}

// HostName is what a node is called unless it is given a name: the host's,
// without what no name may have.
func HostName() string {
	host, err := os.Hostname()
	if err != nil {
		return nameless
	}
	return nameOf(host)
}

const nameless = "node"

// nameOf is a name as near to a text as possible.
func nameOf(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 && validName.MatchString("a"+string(r)+"a") {
			b.WriteRune(r)
		} else {
			b.WriteByte('-')
		}
	}
	name := b.String()
	name = strings.Trim(name[:min(len(name), 63)], "._-")
	if name == "" {
		return nameless
	}
	return name
}
