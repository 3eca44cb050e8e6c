package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// apartVariable is there in a test that runs in a network of its own.
const apartVariable = "MATCHSTREAM_TEST_APART"

// apart runs the test in a process that has a network of its own: others on this
// machine, browsers above all, are not to see links come and go. It returns true there,
// and false where that process has done the test. It needs root, as in a container.
func apart(t *testing.T) bool {
	t.Helper()
	if os.Getenv(apartVariable) != "" {
		ip(t, "link", "set", "lo", "up")
		return true
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "unshare", "--net", "--", self, "-test.run", "^"+t.Name()+"$", "-test.v",
		"-faults", fmt.Sprint(*faults), "-frozen", frozen.String())
	cmd.Env = append(os.Environ(), apartVariable+"=yes")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatalf("in a network of its own (this test needs unshare, and root): %v", err)
	}
	return false
}
