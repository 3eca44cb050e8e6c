package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strconv"
	"strings"
)

// unlimited stands for no limit at all.
const unlimited = math.MaxInt64

// text of a small file, without the white space around it. The error is a sentence for
// the person: which file, and what is the matter with it.
func (p *patient) text(path string) (string, error) {
	b, err := fs.ReadFile(p.Files, path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", &unreadable{path, "is not there" + p.hidden(path), err}
	case errors.Is(err, fs.ErrPermission):
		return "", &unreadable{path, "may not be read (try it as root, or as the server's user)", err}
	case err != nil:
		return "", &unreadable{path, "cannot be read: " + err.Error(), err}
	}
	return strings.TrimSpace(string(b)), nil
}

// unreadable is a file that does not tell what it should.
type unreadable struct {
	path, what string
	cause      error
}

func (u *unreadable) Error() string { return "/" + u.path + " " + u.what }
func (u *unreadable) Unwrap() error { return u.cause }

// hidden says why a sysctl may be missing, where that is known: in the network namespace
// of a container those that hold for the whole host are not shown.
func (p *patient) hidden(path string) string {
	if p.container && strings.HasPrefix(path, "proc/sys/net/") {
		return ": a container does not see it, ask on its host"
	}
	return ""
}

// absent tells whether it is for want of a file that something could not be read.
func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// numbers of a file that has n of them, and nothing else.
func (p *patient) numbers(path string, n int) ([]int64, error) {
	text, err := p.text(path)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(text)
	var all []int64
	for _, w := range words {
		v, err := parseNumber(w)
		if err != nil {
			break
		}
		all = append(all, v)
	}
	if len(all) != n || len(words) != n {
		want := "a number"
		if n > 1 {
			want = fmt.Sprintf("%d numbers", n)
		}
		return nil, &unreadable{path, fmt.Sprintf("says %.40q, expected %s", text, want), nil}
	}
	return all, nil
}

// number of a file that has one.
func (p *patient) number(path string) (int64, error) {
	all, err := p.numbers(path, 1)
	if err != nil {
		return 0, err
	}
	return all[0], nil
}

// parseNumber reads a whole number of 0 or more; what is more than an int64 holds, "max"
// and "unlimited" are no limit.
func parseNumber(s string) (int64, error) {
	if s == "max" || s == "unlimited" {
		return unlimited, nil
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, err
	}
	return int64(min(n, unlimited)), nil
}

// sysctl is the path of one: net.core.somaxconn.
func sysctl(name string) string { return "proc/sys/" + strings.ReplaceAll(name, ".", "/") }
