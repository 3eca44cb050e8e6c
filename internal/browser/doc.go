// Package browser tests the pages in a real browser (chromedp with Chromium),
// against a real node: as people meet them, by what they see and click. It has
// no code of its own but the tests'. Each tab fails its test for any error in
// the browser's console, which a violation of the Content-Security-Policy is.
package browser
