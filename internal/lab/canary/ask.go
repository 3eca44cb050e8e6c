package canary

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"matchstream/internal/lab"
)

// ask makes the requests once, one behind the other.
func (c *Canary) ask(ctx context.Context, due time.Time) {
	c.asking.Lock()
	defer c.asking.Unlock()
	if due.Before(c.asked) { // one wait at a time
		due = c.asked
	}
	var err error
	for _, r := range c.o.Requests {
		if err = c.request(ctx, r); err != nil {
			break
		}
	}
	c.asked = time.Now()
	c.done(ctx, &c.mu.felt.HTTP, "http", due, c.o.Every, err)
}

func (c *Canary) request(ctx context.Context, r lab.Request) error {
	ctx, cancel := context.WithTimeout(ctx, c.o.Plan.Patience)
	defer cancel()
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	q, err := http.NewRequestWithContext(ctx, method, r.URL, strings.NewReader(r.Body))
	if err != nil {
		return err
	}
	if r.Idempotent() {
		q.Header["Idempotency-Key"] = []string{} // not sent; by it net/http knows (kept.go)
	}
	answer, err := c.http.Do(q)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return heard(err)
	}
	if answer.StatusCode/100 != 2 {
		return failf(lab.Answered, "%s %s: expected 2xx, not %s", method, r.URL, answer.Status)
	}
	return nil
}
