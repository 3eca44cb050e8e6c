package need

import (
	"os"
	"regexp"
	"strconv"
	"testing"
)

// What the node keeps back is written down twice, since nothing here knows of the node:
// the numbers are the same.
func TestKeptAsTheNodeDoes(t *testing.T) {
	source := ""
	for _, file := range []string{"../node/limits.go", "../node/edge.go", "../cli/serve.go"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source += string(b)
	}
	for pattern, want := range map[string]int{
		`(?m)^\s*keptPart\s+= (\d+)`:             keptPart,
		`(?m)^\s*keptMin\s+= (\d+)`:              keptMin,
		`(?m)^\s*keptMax\s+= (\d+)`:              keptMax,
		`(?m)^const adminConnections = (\d+)`:    adminConnections,
		`(?m)^const upstreamPart = (\d+)`:        upstreamPart,
		`max\(descriptors/upstreamPart, (\d+)\)`: upstreamMin,
	} {
		m := regexp.MustCompile(pattern).FindStringSubmatch(source)
		if m == nil || m[1] != strconv.Itoa(want) {
			t.Errorf("%s: %q, expected %d", pattern, m, want)
		}
	}
}

// As many descriptors as are said to be needed are enough for the watchers, by the node's
// own reckoning, and one less is not, however many they are.
func TestDescriptors(t *testing.T) {
	const ports, loops = 3, 4
	fit := func(descriptors int64) int64 { // limits in ../node/limits.go
		return descriptors - min(max(descriptors/keptPart, keptMin), keptMax) - (ports+1)*loops - ports - adminConnections
	}
	for w := int64(1); w < 2_000_000; w += 1 + w/3 {
		n := Descriptors(w, ports, loops)
		if fit(n) < w || fit(n-1) >= w {
			t.Errorf("for %d watchers %d descriptors, of which %d are left", w, n, fit(n))
		}
	}
}

// Likewise of an edge.
func TestEdgeDescriptors(t *testing.T) {
	const ports, loops = 3, 4
	fit := func(descriptors int64) int64 { // limits in ../node/limits.go, upstream in ../node/edge.go
		kept := min(max(descriptors/keptPart, keptMin), keptMax) + max(descriptors/upstreamPart, upstreamMin)
		return descriptors - kept - (ports+1)*loops - ports - adminConnections
	}
	for w := int64(1); w < 2_000_000; w += 1 + w/3 {
		n := EdgeDescriptors(w, ports, loops)
		if fit(n) < w || fit(n-1) >= w {
			t.Errorf("for %d watchers of an edge %d descriptors, of which %d are left", w, n, fit(n))
		}
	}
}

// TestMemory: what the README and docs/PERFORMANCE.md say of a million watchers.
func TestMemory(t *testing.T) {
	if b := Process(1_000_000, false); b != 340_000_000 {
		t.Errorf("the process takes %d bytes", b)
	}
	if b := Process(1000, true); b != 50_000_000+1000*11_290 {
		t.Errorf("by TLS %d", b)
	}
	if b := Kernel(20, 4096); b != 20*5000+(20+4)*4096 {
		t.Errorf("the kernel takes %d", b)
	}
}
