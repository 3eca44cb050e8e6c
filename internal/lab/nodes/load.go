package nodes

import (
	"context"
	"errors"
	"strings"
	"sync"

	"matchstream/internal/lab"
	"matchstream/internal/lab/requests"
)

// ask makes a load on all nodes: each has its share of the users, at the same time.
func (f *field) ask(ctx context.Context, load lab.Load, _ func(*lab.Answers)) (*lab.Answers, error) {
	parts, errs := make([]*lab.Answers, len(f.Nodes)), make([]error, len(f.Nodes))
	var asking sync.WaitGroup
	for i := range f.Nodes {
		if part := f.load(load, i); part.Users > 0 {
			asking.Go(func() { parts[i], errs[i] = requests.Run(ctx, part, nil) })
		}
	}
	asking.Wait()
	all := lab.NewAnswers()
	for _, a := range parts {
		if a != nil {
			all.Add(a)
		}
	}
	return all, errors.Join(errs...)
}

// load is a node's share of one that was made for the first.
func (f *field) load(load lab.Load, i int) lab.Load {
	n := len(f.Nodes)
	load.Users, load.AtOnce = share(load.Users, i, n), max(1, share(load.AtOnce, i, n))
	all := make([]lab.Request, len(load.Requests))
	for j, r := range load.Requests {
		r.URL = f.Nodes[i].Server + strings.TrimPrefix(r.URL, f.Nodes[0].Server)
		if f.Matches != nil {
			r.URL = strings.Replace(r.URL, f.Matches[0], f.Matches[i], 1)
		}
		all[j] = r
	}
	load.Requests = all
	return load
}
