package doctor

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// What the server asks for is written down twice, since the doctor knows nothing of
// it: the numbers are the same.
func TestAsTheServerDoes(t *testing.T) {
	source := ""
	for _, file := range []string{"../pump/goroutine.go", "../poll/listen_linux.go", "../cli/serve.go"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source += string(b)
	}
	for pattern, want := range map[string]int{
		`(?m)^const sendBuffer = (\d+) << 10`: sendBuffer >> 10,
		`(?m)^const backlog = (\d+)`:          asked,
		`(?m)^const collectAt = (\d+)`:        50, // GOGC
	} {
		m := regexp.MustCompile(pattern).FindStringSubmatch(source)
		if m == nil || m[1] != strconv.Itoa(want) {
			t.Errorf("%s: %q, expected %d", pattern, m, want)
		}
	}
}

// A port has a queue for each loop; what is needed is a power of two that the server asks for.
func TestBacklogNeeded(t *testing.T) {
	for _, c := range []struct {
		watchers, cpus int64
		share          float64
		want           int64
	}{
		{1, 2, -1, 4096}, {18_000, 2, -1, 4096}, {73_792, 2, -1, 4096}, {73_794, 2, -1, 8192}, {100_000, 2, -1, 32_768}, {100_000, 16, -1, 4096},
		{100_000, 16, 0.5, 65_535}, {100_000_000, 2, -1, asked},
	} {
		p := &patient{Question: Question{Watchers: int(c.watchers)}, cpus: c.cpus, share: c.share}
		if got := p.backlog(); got != c.want {
			t.Errorf("%s: %d, expected %d", fmt.Sprint(c), got, c.want)
		}
	}
}
