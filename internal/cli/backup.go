package cli

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"matchstream/internal/client"
)

// exportedAtOnce is how many matches are read at the same time: enough to hide
// the way there and back, few enough not to be felt by operators.
const exportedAtOnce = 4

// backup is an export of all matches into a folder.
type backup struct {
	folder string
	server *client.Client
	stop   context.CancelFunc // no use in going on

	mu struct {
		sync.Mutex
		bytes    int
		written  int
		deleted  int // since they were listed
		failures []string
	}
}

func (c *exportCommand) all(ctx context.Context, w *world, server *client.Client) error {
	// Each request would note the same.
	note := server.Note
	var noting sync.Mutex
	server.Note = func(text string) {
		noting.Lock()
		defer noting.Unlock()
		note(text)
	}
	ids, err := matchIDs(ctx, server, "")
	if err != nil {
		return fmt.Errorf("export --all: listing the matches: %w", err)
	}
	if err := os.MkdirAll(c.All, 0o777); err != nil {
		return fmt.Errorf("export --all: %w", err)
	}
	b := &backup{folder: c.All, server: server}
	b.run(ctx, ids)
	if err := syncFolder(c.All); err != nil {
		b.mu.failures = append(b.mu.failures, err.Error())
	}
	printFailures(w.stderr, b.mu.failures)
	w.printf("%s: %d of %d matches, %d bytes\n", c.All, b.mu.written, len(ids)-b.mu.deleted, b.mu.bytes)
	if b.mu.deleted > 0 {
		w.printf("%d were deleted meanwhile\n", b.mu.deleted)
	}
	if missing := len(ids) - b.mu.deleted - b.mu.written; missing > 0 || len(b.mu.failures) > 0 {
		return fmt.Errorf("export --all: %d matches were not written; the files that are there are whole, repeat it to get the rest", missing)
	}
	return nil
}

// run exports each match once, and ends early if the server has gone.
func (b *backup) run(ctx context.Context, ids []string) {
	ctx, b.stop = context.WithCancel(ctx)
	defer b.stop()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = exportedAtOnce
	defer transport.CloseIdleConnections()
	b.server.HTTP = &http.Client{Transport: transport}
	next := make(chan string)
	var all sync.WaitGroup
	for range exportedAtOnce {
		all.Go(func() {
			for id := range next {
				b.one(ctx, id)
			}
		})
	}
	for _, id := range ids {
		if ctx.Err() != nil {
			break
		}
		next <- id
	}
	close(next)
	all.Wait()
}

func (b *backup) one(ctx context.Context, id string) {
	timeline, err := download(ctx, b.server, id)
	if err == nil {
		err = writeWhole(filepath.Join(b.folder, id+timelineSuffix), timeline)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case err == nil:
		b.mu.written++
		b.mu.bytes += len(timeline)
	case client.Is(err, http.StatusNotFound):
		b.mu.deleted++
	case ctx.Err() != nil: // told by whoever ended it
	default:
		b.mu.failures = append(b.mu.failures, fmt.Sprintf("%s: %v", id, err))
		if client.Unreachable(err) || client.Mismatch(err) {
			b.stop()
		}
	}
}
