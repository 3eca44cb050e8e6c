// Package kept is what is kept of a try, so that two can be laid side by side: the
// server's metrics, and what its processor and its memory were used for.
package kept

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"matchstream/internal/scrape"
)

// Kept is what is kept of one try; a part that could not be had is empty.
type Kept struct {
	Users         int
	Before, After scrape.Metrics // as the events or requests began, and when the last had happened
	CPU, Heap     []byte         // profiles, as pprof writes them
	CannotTell    []string
}

const (
	maxProfile = 64 << 20 // bytes
	patience   = 10 * time.Second
)

// Profile asks the admin address (a URL without a slash at its end) for a profile of so
// many seconds of the processor, and then for one of the memory. What cannot be had is
// told in CannotTell.
func (k *Kept) Profile(ctx context.Context, by *http.Client, admin string, seconds int) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(seconds)*time.Second+patience)
	defer cancel()
	var err error
	if k.CPU, err = scrape.Page(ctx, by, fmt.Sprintf("%s/debug/pprof/profile?seconds=%d", admin, max(1, seconds)), maxProfile); err != nil {
		k.cannot("what the processor was used for", err)
	}
	if k.Heap, err = scrape.Page(ctx, by, admin+"/debug/pprof/heap", maxProfile); err != nil {
		k.cannot("what the memory was used for", err)
	}
}

func (k *Kept) cannot(what string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	k.CannotTell = append(k.CannotTell, what+": "+err.Error())
}

// Files are what there is, by name: metrics.txt, cpu.pprof, heap.pprof.
func (k *Kept) Files() map[string][]byte {
	all := map[string][]byte{"metrics.txt": k.After.Text, "cpu.pprof": k.CPU, "heap.pprof": k.Heap}
	maps.DeleteFunc(all, func(_ string, b []byte) bool { return len(b) == 0 })
	return all
}

// Names of the files, sorted, each behind a prefix.
func (k *Kept) Names(prefix string) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(k.Files())) {
		names = append(names, prefix+name)
	}
	return names
}

// short is a function without the path of its package, and without what a generic one was
// made for: pump.(*loop).walk, huma.Register[…].
func short(function string) string {
	if from, to := strings.IndexByte(function, '['), strings.LastIndexByte(function, ']'); from >= 0 && to > from {
		function = function[:from] + "[…]" + function[to+1:]
	}
	if i := strings.LastIndexByte(function, '/'); i >= 0 {
		return function[i+1:]
	}
	return function
}
