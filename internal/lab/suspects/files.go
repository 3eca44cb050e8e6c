package suspects

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// numbers of a file below the folder.
func numbers(root, file string) (all []float64, err error) {
	b, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		return nil, err
	}
	for _, word := range strings.Fields(string(b)) {
		n, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: expected numbers, not %q", file, word)
		}
		all = append(all, n)
	}
	return all, nil
}

// netstat is what the kernel has counted of TCP. (procfs v0.23 reads the same file, and
// leaves out TCPAbortOnMemory.)
func netstat(root string) (map[string]float64, error) {
	b, err := os.ReadFile(filepath.Join(root, "net/netstat"))
	if err != nil {
		return nil, err
	}
	return parseNetstat(string(b))
}

// parseNetstat reads pairs of lines: TcpExt: with names, and again with their values.
func parseNetstat(text string) (map[string]float64, error) {
	counted := map[string]float64{}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		names, values := strings.Fields(lines[i]), strings.Fields(lines[i+1])
		if len(names) == 0 || len(names) != len(values) || names[0] != values[0] {
			return nil, fmt.Errorf("netstat: expected as many values as names in lines %d and %d", i+1, i+2)
		}
		for j := range names[1:] {
			n, err := strconv.ParseFloat(values[j+1], 64)
			if err != nil {
				return nil, fmt.Errorf("netstat: %s: expected a number, not %q", names[j+1], values[j+1])
			}
			counted[names[j+1]] = n
		}
	}
	return counted, nil
}
