package browser

import (
	"context"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// A screen that people have.
type screen struct {
	name          string
	width, height int64
	mobile        bool
}

var (
	phone   = screen{"phone", 390, 844, true}
	desktop = screen{"desktop", 1280, 900, false}
)

// viewport gives the tab a screen, in light or dark.
func (t *tab) viewport(s screen, dark bool) {
	t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	t.media("prefers-color-scheme", scheme)
	if s.mobile {
		t.do(chromedp.EmulateViewport(s.width, s.height, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait, chromedp.EmulateScale(2)))
		return
	}
	t.do(chromedp.EmulateViewport(s.width, s.height))
}

// media sets what a person has asked the system for.
func (t *tab) media(feature, value string) {
	t.Helper()
	call(t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
}

// where the tab's reader is.
func (t *tab) where(zone string) {
	t.Helper()
	call(t, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: zone})
}

// picture keeps what the tab shows, if pictures are wanted (-screenshots): the
// screen, or the whole page.
func (t *tab) picture(name string, whole bool) {
	t.Helper()
	if *keepIn == "" {
		return
	}
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	take := chromedp.CaptureScreenshot()
	if whole {
		take = chromedp.FullScreenshot(100)
	}
	shot, err := chromedp.Run(ctx, take)
	if err == nil {
		err = os.WriteFile(filepath.Join(*keepIn, name+".png"), shot, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// pictures are those of both screens, in light and dark.
func (t *tab) pictures(name string) {
	t.Helper()
	t.everywhere(name, func(what string) { t.picture(what, true) })
}

// offline takes the tab's network away, or gives it back.
func (t *tab) offline(is bool) {
	t.Helper()
	call(t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Offline: is, DownloadThroughput: -1, UploadThroughput: -1}}})
	// What the browser says of itself is set apart.
	call(t, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: is, DownloadThroughput: -1, UploadThroughput: -1})
}

// noScript is a tab of somebody who has switched JavaScript off.
func (t *tab) noScript() {
	t.Helper()
	call(t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}
