package browser

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for what must happen; one that passes
// never waits this long.
const patience = 2 * time.Minute

// keepIn is where screenshots are kept that people are to look at.
var keepIn = flag.String("screenshots", "", "folder into which the tests put screenshots of the pages; docs for those of the README")

// chromium is the one browser of all tests; each tab has its own storage.
var chromium context.Context

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	if testing.Short() {
		return m.Run()
	}
	path, err := shell()
	if err != nil {
		fmt.Fprintln(os.Stderr, "these tests need chromium-headless-shell (or chromium): make tools installs it:", err)
		return 1
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU,
		chromedp.Flag("lang", "en"), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("font-render-hinting", "none"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // root has no user namespace to be put into
	}
	allocator, release := chromedp.NewExecAllocator(context.Background(), options...)
	defer release()
	browser, close := chromedp.NewContext(allocator)
	defer close()
	if err := chromedp.Do(browser); err != nil {
		fmt.Fprintln(os.Stderr, "chromium does not start:", err)
		return 1
	}
	chromium = browser
	return m.Run()
}

// shell is Chromium without its windows: the same pages for a third of the
// work. The whole browser is as good.
func shell() (string, error) {
	if path, err := exec.LookPath("chromium-headless-shell"); err == nil {
		return path, nil
	}
	return exec.LookPath("chromium")
}
