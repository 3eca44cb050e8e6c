package poll

import (
	"os"
	"regexp"
	"strconv"
	"testing"
)

// says is a number that the kernel writes into a file.
func says(t *testing.T, file, pattern string) int {
	t.Helper()
	b, err := os.ReadFile(file)
	must(t, err)
	m := regexp.MustCompile(pattern).FindSubmatch(b)
	if m == nil {
		t.Fatalf("%s says nothing like %s", file, pattern)
	}
	n, err := strconv.Atoi(string(m[1]))
	must(t, err)
	return n
}

func TestDescriptors(t *testing.T) {
	if got, want := Descriptors(), says(t, "/proc/self/limits", `Max open files\s+(\d+)`); got != want {
		t.Errorf("%d descriptors, the kernel says %d", got, want)
	}
}

// The table has room afterwards, and no descriptor is left behind.
func TestGrowTable(t *testing.T) {
	before := descriptors(t)
	want := min(4000, Descriptors())
	must(t, GrowTable(want))
	if got := says(t, "/proc/self/status", `FDSize:\s+(\d+)`); got < want {
		t.Errorf("the table has room for %d, want %d", got, want)
	}
	if err := GrowTable(Descriptors() + 1); Descriptors() < growMost && err == nil {
		t.Error("it grows beyond what is allowed")
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, and %d before", after, before)
	}
}
