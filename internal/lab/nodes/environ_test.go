package nodes

import (
	"strings"
	"testing"
)

// What somebody has set for a server of his own is not for nodes.
func TestEnvironment(t *testing.T) {
	t.Setenv("MATCHSTREAM_MAX_CONNECTIONS", "7")
	t.Setenv("GOGC", "100")
	all := strings.Join(environ(), "\n") + "\n"
	if strings.Contains(all, "MATCHSTREAM_") || !strings.Contains(all, "GOGC=100\n") {
		t.Error(all)
	}
}
