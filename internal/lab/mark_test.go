package lab

import (
	"testing"
	"time"
)

func TestMark(t *testing.T) {
	due := time.UnixMicro(1790000000123456)
	b := AppendMark([]byte(`{"comment":"lab-x lab-0-1; lab-3-`), 17, due)
	if string(b[33:]) != "lab-17-1790000000123456;" {
		t.Errorf("%s", b)
	}
	if m, ok := FindMark(append(b, `"}`...)); !ok || m != (Mark{17, due.UnixMicro()}) {
		t.Errorf("%v, %v", m, ok)
	}
	for _, none := range []string{"", "lab-", "lab-1-", "lab-1-2", "lab--2;", "lab-1-;", "lab-0-2;", "lab-99999999999-2;", "lab-1234567890123456789-2;"} {
		if m, ok := FindMark([]byte(none)); ok {
			t.Errorf("%q: %v", none, m)
		}
	}
}

func FuzzFindMark(f *testing.F) {
	f.Add([]byte("\tcomment: <<\"lab-17-1790000000123456;\">>\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, ok := FindMark(b); ok {
			again, ok := FindMark(AppendMark(nil, m.Number, time.UnixMicro(m.Due)))
			if !ok || again != m {
				t.Errorf("%v read back as %v, %v", m, again, ok)
			}
		}
	})
}
