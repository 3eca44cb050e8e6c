package cli

import (
	"context"
	"os/signal"
	"strings"
	"syscall"
)

// leaves says whether a command leaves processes and folders behind where it is not ended
// gently. What SIGHUP is to the others is theirs to say, or it ends them at once; lab carry
// ends with its input, which has to stay as it is.
func leaves(command string) bool {
	return command != "lab carry" && (command == "demo" || strings.HasPrefix(command, "lab "))
}

// untilLeft has a command that leaves something end gently, too, when its terminal goes or
// nobody reads its standard output any more. A terminal that goes takes everything with
// it: SIGHUP comes more than once (by the shell and by the kernel, or behind a SIGTERM),
// and who reads a pipe may end first. So none of these ends it at once, as a second Ctrl-C
// does. Where SIGHUP is ignored, as under nohup, it stays so. stop is for its end.
func (w *world) untilLeft(ctx context.Context, command string) (_ context.Context, stop func()) {
	if !leaves(command) {
		return ctx, func() {}
	}
	hangup := func() {}
	if !signal.Ignored(syscall.SIGHUP) {
		ctx, hangup = signal.NotifyContext(ctx, syscall.SIGHUP)
	}
	ctx, broken := context.WithCancel(ctx)
	signal.Ignore(syscall.SIGPIPE)
	w.stdout = untilBroken{w.stdout, broken}
	return ctx, func() { broken(); hangup() }
}
