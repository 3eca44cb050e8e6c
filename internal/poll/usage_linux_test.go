package poll

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func TestInUse(t *testing.T) {
	before := InUse()
	if before == 0 && tellsDescriptors(t) {
		t.Fatal("it is not said how many descriptors are in use")
	}
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if now := InUse(); before > 0 && now != before+1 {
		t.Errorf("%d in use, and with a file more %d", before, now)
	}
}

// tellsDescriptors: Linux does since 6.2.
func tellsDescriptors(t *testing.T) bool {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		t.Fatal(err)
	}
	var major, minor int
	if _, err := fmt.Sscanf(unix.ByteSliceToString(u.Release[:]), "%d.%d", &major, &minor); err != nil {
		t.Fatal(err)
	}
	return major > 6 || major == 6 && minor >= 2
}

func TestResident(t *testing.T) {
	if n := Resident(); n < 1<<20 || n > 1<<40 {
		t.Errorf("this process takes %d bytes", n)
	}
	for line, want := range map[string]int{"12 345 6 7\n": 345, "12": 0, "": 0, "1 2\n": 2} {
		if n := secondNumber([]byte(line)); n != want {
			t.Errorf("%q: %d", line, n)
		}
	}
}
