// Package scrape reads a server's metrics, in Prometheus' text format.
package scrape

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

const (
	maxPage  = 64 << 20 // bytes
	patience = 10 * time.Second
)

// Metrics are one reading of a page of metrics. They are never changed, so any
// goroutine may read them. The zero value has none.
type Metrics struct {
	When time.Time
	Text []byte // the page as it came

	families map[string]*dto.MetricFamily
}

// Parse reads a page. The error says what is wrong with it.
func Parse(text []byte, when time.Time) (Metrics, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return Metrics{}, fmt.Errorf("expected metrics in Prometheus' text format: %w", err)
	}
	return Metrics{When: when, Text: text, families: families}, nil
}

// Get reads the page at a URL. When is the moment at which it had come.
func Get(ctx context.Context, by *http.Client, url string) (Metrics, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	text, err := Page(ctx, by, url, maxPage)
	if err != nil {
		return Metrics{}, err
	}
	m, err := Parse(text, time.Now())
	if err != nil {
		return m, fmt.Errorf("%s: %w", url, err)
	}
	return m, nil
}

// Page is what a GET answers with 200, if that is at most so many bytes: metrics, or a
// profile.
func Page(ctx context.Context, by *http.Client, url string, most int64) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := by.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: expected 200 OK, not %s", url, response.Status)
	}
	b, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	if err == nil && int64(len(b)) > most {
		err = errors.New("the answer is too long")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	return b, nil
}
