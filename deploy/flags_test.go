package deploy

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// others are flags of other programs that the files name.
var others = []string{
	"--from", "--chown", // Dockerfile
	"--ulimit", "--stop-timeout", // docker
	"--from-literal", "--from-file", // kubectl
	"--now",                                                                // systemctl
	"--silent", "--fail", "--retry", "--retry-all-errors", "--retry-delay", // curl
	"--system", "--home-dir", "--shell", // useradd
}

var flagForm = regexp.MustCompile(`(?:^|[\s"'(\x60=\[])(--[a-z][a-z-]*[a-z])`)

// TestFlagsExist: what the files tell the program is among its flags.
func TestFlagsExist(t *testing.T) {
	help := ""
	for _, command := range []string{"serve", "admin token new", "admin token revoke", "admin drain", "doctor"} {
		help += run(t, built(t), append(strings.Fields(command), "--help")...)
	}
	var known []string
	for _, m := range flagForm.FindAllStringSubmatch(help, -1) {
		known = append(known, m[1])
	}
	used := map[string]bool{}
	for _, name := range files(t) {
		for _, m := range flagForm.FindAllStringSubmatch(shipped(t, name), -1) {
			used[m[1]] = true
			if !slices.Contains(slices.Concat(known, others), m[1]) {
				t.Errorf("%s uses %s, which matchstream does not have", name, m[1])
			}
		}
	}
	for _, flag := range others {
		if !used[flag] {
			t.Errorf("no file uses %s any more", flag)
		}
	}
}

// TestConfiguration: the file of settings is one.
func TestConfiguration(t *testing.T) {
	said := run(t, built(t), "serve", "--config", "matchstream.yaml", "--print-config")
	if !strings.Contains(said, "# matchstream.yaml:") {
		t.Errorf("nothing of the file is in force:\n%s", said)
	}
	// What is commented out is valid, too.
	whole := regexp.MustCompile(`(?m)^# ([a-z-]+: )`).ReplaceAllString(shipped(t, "matchstream.yaml"), "$1")
	if whole == shipped(t, "matchstream.yaml") {
		t.Fatal("nothing is commented out: the test shows nothing")
	}
	file := t.TempDir() + "/whole.yaml"
	write(t, file, whole)
	run(t, built(t), "serve", "--config", file, "--print-config")
}
