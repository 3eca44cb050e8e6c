package deploy

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestImage runs what the Dockerfile makes as the image would: nothing is there
// but its files, and it has no rights.
func TestImage(t *testing.T) {
	text := shipped(t, "Dockerfile")
	line := func(form string) string {
		m := regexp.MustCompile(`(?m)^` + form + `$`).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("the Dockerfile has no line %s", form)
		}
		return m[1]
	}
	if got, want := line(`FROM golang:(\S+) AS build`), goVersion(t); got != want {
		t.Errorf("it builds with Go %s, go.mod asks for %s", got, want)
	}
	root := filepath.Dir(built(t))
	binary, err := elf.Open(filepath.Join(root, "matchstream"))
	if err != nil {
		t.Fatal(err)
	}
	defer binary.Close()
	for _, p := range binary.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Error("the program is not static")
		}
	}
	if line(`USER (\S+)`) != "65532:65532" || line(`COPY --from=build --chown=(\S+) /out/ /`) != "65532:65532" {
		t.Error("the folders belong to somebody else than the program runs as")
	}
	inside := func(args ...string) string {
		cmd := exec.Command("/matchstream", args...)
		cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", []string{}, confined(t, root)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%q: %v\n%s", args, err, out)
		}
		return string(out)
	}
	if said := inside("version"); !strings.HasPrefix(said, "matchstream "+version+" ") {
		t.Errorf("its version is %q", said)
	}
	serves(t, root, strings.Fields(strings.NewReplacer(`"`, "", ",", "").Replace(line(`CMD \[(.*)\]`))))
}

// goVersion is that of go.mod, without the patch.
func goVersion(t *testing.T) string {
	t.Helper()
	return regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(shipped(t, "../go.mod"))[1]
}

// confined is a process that sees nothing but the folder, as the user of the image.
func confined(t *testing.T, root string) *syscall.SysProcAttr {
	t.Helper()
	const user = 65532
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{Chroot: root, Setpgid: true, Cloneflags: syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: user, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: user, HostID: os.Getgid(), Size: 1}}}
	}
	for _, d := range []string{".", "data", "tmp"} { // COPY --chown
		if err := os.Chown(filepath.Join(root, d), user, user); err != nil {
			t.Fatal(err)
		}
	}
	return &syscall.SysProcAttr{Chroot: root, Setpgid: true, Credential: &syscall.Credential{Uid: user, Gid: user}}
}

// serves runs the image's command until it is ready, and ends it.
func serves(t *testing.T, root string, args []string) {
	t.Helper()
	cmd := exec.Command("/matchstream", append(args, "--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0", "--admin", "127.0.0.1:0",
		"--drain", "1ms", "--drain-delay", "0s", "--log-format", "json")...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", []string{}, confined(t, root)
	page, _ := serving(t, cmd)
	if a := get(t, page+"readyz"); !strings.Contains(a, "{") {
		t.Errorf("readyz says %q", a)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if _, err := os.Stat(filepath.Join(root, "data", "operator-token")); err != nil {
		t.Errorf("its data are not where the volume is: %v", err)
	}
}
