package poll

import (
	"os"
	"testing"
)

func TestInUse(t *testing.T) {
	before := InUse()
	if before == 0 {
		t.Skip("this kernel does not say how many descriptors are in use")
	}
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if now := InUse(); now != before+1 {
		t.Errorf("%d in use, and with a file more %d", before, now)
	}
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
