package fleet

import (
	"errors"
	"sync"
)

// together does something for each of some at the same time, and waits for all. The
// results are in order; with an error those that there are.
func together[T, R any](all []T, do func(T) (R, error)) (done []R, err error) {
	results, errs := make([]R, len(all)), make([]error, len(all))
	var wait sync.WaitGroup
	for i, one := range all {
		wait.Go(func() { results[i], errs[i] = do(one) })
	}
	wait.Wait()
	for i, r := range results {
		if errs[i] == nil {
			done = append(done, r)
		}
	}
	return done, errors.Join(errs...)
}
