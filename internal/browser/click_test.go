package browser

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// find waits for the element of a role and name, as a screen reader tells of
// them; exactly one that is not hidden.
func (t *tab) find(role, name string) cdp.BackendNodeID {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	for {
		found, err := t.look(ctx, role, name)
		if err == nil && len(found) == 1 {
			return found[0]
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%d of role %s with the name %q, expected one (%v). The page:\n%s", len(found), role, name, err, ask[string](t, `document.body.innerText`))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// look for all of a role and name that are there now.
func (t *tab) look(ctx context.Context, role, name string) (found []cdp.BackendNodeID, err error) {
	root, err := chromedp.Call(ctx, dom.GetDocument, dom.GetDocumentParams{})
	if err != nil {
		return nil, err
	}
	answer, err := chromedp.Call(ctx, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{
		BackendNodeID: root.Root.BackendNodeID, Role: role, AccessibleName: name})
	if err != nil {
		return nil, err
	}
	for _, n := range answer.Nodes {
		if !n.Ignored {
			found = append(found, n.BackendDOMNodeID)
		}
	}
	return found, nil
}

// click is a real one, with the mouse, in the middle of what it finds; it
// fails where something else lies over it.
func (t *tab) click(role, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	for {
		err := t.clickAt(ctx, t.find(role, name))
		if err == nil {
			return
		}
		select { // it may have been drawn anew between the two
		case <-ctx.Done():
			t.Fatalf("%s %q cannot be clicked: %v", role, name, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// aim scrolls to an element and gives its middle, or why it cannot be hit there.
const aim = `function() {
  this.scrollIntoView({ block: "center", behavior: "instant" });
  const r = this.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2;
  const hit = document.elementFromPoint(x, y);
  const mine = this.contains(hit) || hit?.contains(this) && hit.matches("label, a, button") || hit?.closest("label")?.control === this;
  return { x, y, trouble: this.disabled ? "it is disabled" : mine ? "" : "something else lies over it: " + (hit?.outerHTML ?? "nothing").slice(0, 200) };
}`

func (t *tab) clickAt(ctx context.Context, node cdp.BackendNodeID) error {
	x, y, err := t.aim(ctx, node)
	if err != nil {
		return err
	}
	return t.tap(ctx, x, y, 500*time.Millisecond)
}

// aim gives where a click meets an element.
func (t *tab) aim(ctx context.Context, node cdp.BackendNodeID) (x, y float64, err error) {
	object, err := chromedp.Call(ctx, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: node})
	if err != nil {
		return 0, 0, err
	}
	yes := true
	answer, err := chromedp.Call(ctx, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		FunctionDeclaration: aim, ObjectID: object.Object.ObjectID, ReturnByValue: &yes})
	if err != nil {
		return 0, 0, err
	}
	var at struct {
		X, Y    float64
		Trouble string
	}
	if err := json.Unmarshal(answer.Result.Value, &at); err != nil {
		return 0, 0, err
	}
	if at.Trouble != "" {
		return 0, 0, errors.New(at.Trouble)
	}
	return at.X, at.Y, nil
}

// tap presses and lets go, so long at least after the tap before, as the
// browser is told the time: a test need not be as slow as a thumb.
func (t *tab) tap(ctx context.Context, x, y float64, pause time.Duration) error {
	if next := t.tapped.Add(pause); next.After(time.Now()) {
		t.tapped = next
	} else {
		t.tapped = time.Now()
	}
	when := input.TimeSinceEpoch(float64(t.tapped.UnixMicro()) / 1e6)
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		if _, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: kind, X: x, Y: y, Timestamp: when, Button: input.MouseButtonLeft, ClickCount: 1}); err != nil {
			return err
		}
	}
	return nil
}

// presses sends keys to what has the focus.
func (t *tab) presses(keys string) {
	t.Helper()
	t.do(chromedp.KeyEvent(keys))
}

// fills a field, by its label, as if typed.
func (t *tab) fills(role, name, text string) {
	t.Helper()
	t.click(role, name)
	t.do(chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	call(t, input.InsertText, input.InsertTextParams{Text: text})
}
