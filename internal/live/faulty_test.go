package live_test

import (
	"context"
	"errors"
	"sync/atomic"

	"matchstream/internal/match"
	"matchstream/internal/store"
)

// hook stands between a Live and its store: do is the call.
type hook func(op, key string, do func() error) error

// faulty is a store that fails as its hook wants.
type faulty struct {
	store.Store
	hook atomic.Pointer[hook]
}

func newFaulty(s store.Store) *faulty {
	f := &faulty{Store: s}
	f.set(func(_, _ string, do func() error) error { return do() })
	return f
}

func (f *faulty) set(h hook) { f.hook.Store(&h) }

func (f *faulty) call(op, key string, do func() error) error { return (*f.hook.Load())(op, key, do) }

func (f *faulty) End(ctx context.Context) (mark store.Mark, err error) {
	err = f.call("end", "", func() error {
		var err error
		mark, err = f.Store.End(ctx)
		return err
	})
	return mark, err
}

// Follow and Watch end when their hook says so: it is called before, and again
// for each record or change, which is lost if it fails.
func (f *faulty) Follow(ctx context.Context, from store.Mark, tell func(store.Record)) error {
	return f.until(ctx, "follow", func(ctx context.Context, broken func(key string) bool) error {
		return f.Store.Follow(ctx, from, func(r store.Record) {
			if !broken(r.Key.Match) {
				tell(r)
			}
		})
	})
}

func (f *faulty) Watch(ctx context.Context, ready func(), tell func(store.Entry)) error {
	return f.until(ctx, "watch", func(ctx context.Context, broken func(key string) bool) error {
		return f.Store.Watch(ctx, ready, func(e store.Entry) {
			if !broken(e.Key) {
				tell(e)
			}
		})
	})
}

func (f *faulty) until(ctx context.Context, op string, do func(context.Context, func(string) bool) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var end error
	broken := func(key string) bool {
		if end == nil {
			end = f.call(op, key, func() error { return nil })
		}
		if end != nil {
			stop(end)
		}
		return end != nil
	}
	if broken("") {
		return end
	}
	err := do(ctx, broken)
	if end != nil {
		return end
	}
	return err
}

func (f *faulty) Append(ctx context.Context, key store.Key, after store.Mark, number int64, data []byte) (mark store.Mark, err error) {
	err = f.call("append", key.Match, func() error {
		var err error
		mark, err = f.Store.Append(ctx, key, after, number, data)
		return err
	})
	return mark, err
}

func (f *faulty) Read(ctx context.Context, key store.Key, from int64) (r []store.Record, err error) {
	err = f.call("read", key.Match, func() error {
		var err error
		r, err = f.Store.Read(ctx, key, from)
		return err
	})
	if err != nil {
		r = nil
	}
	return r, err
}

func (f *faulty) Put(ctx context.Context, key string, value []byte, expect uint64) (revision uint64, err error) {
	err = f.call("put", key, func() error {
		var err error
		revision, err = f.Store.Put(ctx, key, value, expect)
		return err
	})
	return revision, err
}

func (f *faulty) Delete(ctx context.Context, key string, expect uint64) error {
	return f.call("delete", key, func() error { return f.Store.Delete(ctx, key, expect) })
}

func (f *faulty) Purge(ctx context.Context, key store.Key) error {
	return f.call("purge", key.Match, func() error { return f.Store.Purge(ctx, key) })
}

// reasonOf a refusal by the rules; 0: it is none.
func reasonOf(err error) match.Reason {
	var e *match.Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return 0
}
