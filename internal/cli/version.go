package cli

import (
	"runtime"
	"runtime/debug"
)

// Version is set by the linker in a release:
// -ldflags "-X matchstream/internal/cli.Version=1.2.3".
var Version string

// version is the release's, else the commit's, else "devel".
func version() string {
	if Version != "" {
		return Version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}

type versionCommand struct{}

// Examples end the help.
func (versionCommand) Examples() string { return "matchstream version" }

// Run prints the version, the compiler's and the system.
func (versionCommand) Run(w *world) error {
	w.printf("matchstream %s (%s %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
