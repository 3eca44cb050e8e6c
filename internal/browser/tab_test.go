package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a page as somebody has it open. Every method fails the test where
// what it is to do cannot be done within patience.
type tab struct {
	testing.TB
	ctx      context.Context
	site     string // http://…, what paths are relative to
	mu       sync.Mutex
	troubles []string
	expected []*regexp.Regexp
	tapped   time.Time // last, as the browser was told
}

// newTab opens an empty tab with a storage of its own, for a site. When the
// test is over, nothing may have gone wrong in it that was not expected.
func newTab(t testing.TB, site string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chromium, chromedp.WithNewBrowserContext())
	return begin(t, ctx, cancel, site)
}

// beside opens another tab of the same person: with the same storage.
func (t *tab) beside() *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(t.ctx)
	return begin(t.TB, ctx, cancel, t.site)
}

func begin(tb testing.TB, ctx context.Context, cancel context.CancelFunc, site string) *tab {
	t := &tab{TB: tb, ctx: ctx, site: site}
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as the context of the first call: no deadline here
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, t.hear); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(t.quiet)
	t.viewport(phone, false)
	t.where("America/Argentina/Buenos_Aires")
	return t
}

// hear collects what the browser complains of.
func (t *tab) hear(event any) {
	var said string
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		said = e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			said += " " + e.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type != runtime.ConsoleAPICalledTypeError && e.Type != runtime.ConsoleAPICalledTypeAssert {
			return
		}
		for _, a := range e.Args {
			said += fmt.Sprintf("%s %s ", a.Value, a.Description)
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level != cdplog.EntryLevelError {
			return
		}
		said = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
	default:
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.troubles = append(t.troubles, said)
}

// expects says that the browser may complain of this: a server that is away.
func (t *tab) expects(pattern string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expected = append(t.expected, regexp.MustCompile(pattern))
}

// quiet fails the test for each unexpected complaint.
func (t *tab) quiet() {
	t.mu.Lock()
	defer t.mu.Unlock()
next:
	for _, said := range t.troubles {
		for _, e := range t.expected {
			if e.MatchString(said) {
				continue next
			}
		}
		t.Errorf("the browser complains: %s", said)
	}
}

func (t *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// call sends a command of the browser's own protocol.
func call[P, R any](t *tab, command cdp.Command[P, R], params P) R {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	answer, err := chromedp.Call(ctx, command, params)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// open goes to a page of the site.
func (t *tab) open(path string) {
	t.Helper()
	t.do(chromedp.Navigate(t.site + path))
}

func (t *tab) reload() {
	t.Helper()
	t.do(chromedp.Reload())
}

// ask evaluates an expression in the page, a promise awaited.
func ask[T any](t *tab, script string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return v
}

// waits until an expression is true in the page, through reloads.
func (t *tab) waits(condition string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	look := fmt.Sprintf(`new Promise((done) => { const look = () => { let is = false; try { is = (%s); } catch {} is ? done(true) : setTimeout(look, 10); }; look(); })`, condition)
	for {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](look, chromedp.EvalAwaitPromise))
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("never true: %s\nThe page:\n%s", condition, ask[string](t, `document.body.innerText`))
		}
	}
}

// shows waits until an element has this text in it.
func (t *tab) shows(selector, text string) {
	t.Helper()
	s, x := quote(selector), quote(text)
	t.waits(`document.querySelector(` + s + `)?.innerText.replace(/\s+/g, " ").includes(` + x + `)`)
}

// text of an element as it is seen, its white space made single blanks.
func (t *tab) text(selector string) string {
	t.Helper()
	return strings.Join(strings.Fields(ask[string](t, `document.querySelector(`+quote(selector)+`).innerText`)), " ")
}

// quote is a text as a literal of a script.
func quote(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}
