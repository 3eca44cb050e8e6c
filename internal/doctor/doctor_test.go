package doctor

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestHosts: what is said of each host that is made up, as text and as JSON.
func TestHosts(t *testing.T) {
	for _, host := range hosts {
		r := examined(t, host)
		var b strings.Builder
		if err := r.Text(&b, false); err != nil {
			t.Fatal(err)
		}
		golden(t, host+".txt", b.String())
		b.Reset()
		if err := r.JSON(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, host+".json", b.String())
	}
}

// Each check has one finding of each host; all of them have what a finding needs; the
// worst come first.
func TestFindingsAreWhole(t *testing.T) {
	for _, host := range hosts {
		r := examined(t, host)
		if len(r.Findings) != len(Checks()) {
			t.Errorf("%s: %d findings of %d checks", host, len(r.Findings), len(Checks()))
		}
		for _, c := range Checks() {
			f := find(t, r, c.Code)
			if f.Measured == "" || f.Why == "" {
				t.Errorf("%s: %s does not say what was measured, or why: %+v", host, c.Code, f)
			}
			if slices.Contains([]Severity{Failure, Warning}, f.Severity) && (f.Needed == "" || len(f.Remedy) == 0) {
				t.Errorf("%s: %s does not say what is needed, or what to do: %+v", host, c.Code, f)
			}
		}
		if !slices.IsSortedFunc(r.Findings, func(a, b Finding) int { return a.Severity.rank() - b.Severity.rank() }) {
			t.Errorf("%s: not worst first", host)
		}
	}
}

// Of a host that shows nothing, or nonsense, nothing is said; what does not depend on a
// file that is strange is left.
func TestCannotTellRatherThanGuess(t *testing.T) {
	for host, known := range map[string][]string{
		"nothing": nil,
		"strange": {"GOGC"}, // an environment without variables is one
	} {
		for _, f := range examined(t, host).Findings {
			if f.Severity != CannotTell && !slices.Contains(known, f.Code) {
				t.Errorf("%s: %s is %s: %s", host, f.Code, f.Severity, f.Measured)
			}
		}
	}
}

// Where a single file is missing, strange, or may not be read, nothing gets better by it:
// no finding turns from bad to fine.
func TestLessKnownIsNeverBetter(t *testing.T) {
	for _, host := range hosts {
		files := made(t, host)
		before := examined(t, host)
		for path := range files {
			if strings.HasPrefix(path, "etc/") || strings.HasSuffix(path, "environ") || path == ".dockerenv" || strings.HasSuffix(path, "/device/vendor") || strings.HasSuffix(path, "tcp_tw_recycle") || strings.HasSuffix(path, ".service") {
				continue // these need not be there at all
			}
			for _, h := range []Host{
				{Files: changed(files, path, "\x00?")},
				{Files: denied{files, path}},
			} {
				after := Examine(h, question(host))
				for _, f := range before.Findings {
					now := find(t, after, f.Code)
					if f.Severity != OK && now.Severity == OK {
						t.Errorf("%s without %s: %s was %s (%s) and is fine (%s)", host, path, f.Code, f.Severity, f.Measured, now.Measured)
					}
				}
			}
		}
	}
}

// The text fits 80 columns, but for what is to be pasted.
func TestTextFits(t *testing.T) {
	for _, host := range hosts {
		for _, all := range []bool{false, true} {
			r := examined(t, host)
			var b strings.Builder
			if err := r.Text(&b, all); err != nil {
				t.Fatal(err)
			}
			var paste []string
			for _, f := range r.Findings {
				paste = append(paste, f.Remedy...)
			}
			for line := range strings.Lines(b.String()) {
				line = strings.TrimSuffix(line, "\n")
				if last := line[strings.LastIndex(line, " ")+1:]; strings.HasPrefix(last, "/") && len(last) > columns/2 {
					continue // a long path is not broken
				}
				if utf8.RuneCountInString(line) > columns && !slices.Contains(paste, strings.TrimSpace(strings.TrimPrefix(line, "  do "))) {
					t.Errorf("%s: more than %d columns: %s", host, columns, line)
				}
			}
		}
	}
}

// With --all, each item of the article's list says what has changed since.
func TestArticlesList(t *testing.T) {
	var b strings.Builder
	if err := examined(t, "fine").Text(&b, true); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, code := range []string{"descriptors", "threads", "somaxconn", "tcp_max_syn_backlog", "tcp_syncookies", "tcp_mem", "tcp_wmem", "tcp_rmem",
		"wmem_max", "rmem_max", "ip_local_port_range", "netdev_max_backlog", "txqueuelen", "tcp_tw_recycle", "GOMAXPROCS"} {
		_, after, ok := strings.Cut(text, "  "+code+"\n")
		block, _, _ := strings.Cut(after, "\n\n")
		if !ok || !strings.Contains(block, "\n  2011      ") {
			t.Errorf("%s does not say what has changed", code)
		}
	}
}
