package doctor

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestParseSet(t *testing.T) {
	for text, want := range map[string]int64{"0": 1, "0-3": 4, "0-1,4,6-7": 5, "": -1, "3-1": -1, "0-x": -1, "-1": -1, "0-99999999": -1} {
		if n, err := parseSet(text); n != want && (want >= 0 || err == nil) {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	}
}

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "100": 100, "100B": 100, "2KiB": 2048, "3MiB": 3 << 20, "1GiB": 1 << 30, "1TiB": 1 << 40, "off": unlimited,
		"": -1, "1GB": -1, "1KB": -1, "-1": -1, "MiB": -1, "1 MiB": -1, "9223372036854775807KiB": -1} {
		if n, err := parseBytes(text); n != want && (want >= 0 || err == nil) {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	}
}

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "18446744073709551615": unlimited, "max": unlimited, "unlimited": unlimited, "": -1, "-1": -1, "1.5": -1, "99999999999999999999": -1} {
		if n, err := parseNumber(text); n != want && (want >= 0 || err == nil) {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	}
}

func TestParseQuota(t *testing.T) {
	for text, want := range map[string]float64{"max 100000": -1, "150000 100000": 1.5, "0 1": -2, "1 0": -2, "NaN 1": -2, "x 1": -2, "1 x": -2, "1": -2, "": -2} {
		if c, err := parseQuota(text); c != want && (want > -2 || err == nil) {
			t.Errorf("%q: %v, %v", text, c, err)
		}
	}
}

func TestParseFields(t *testing.T) {
	got := parseFields("A: 2 kB\nB: 3\nC:\nD: 4 MB\nE: x kB\nF 5\nG: 1 2 3\nH:9223372036854775807 kB\n 6 kB\n")
	want := map[string]int64{"A": 2048, "B": 3}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, expected %v", got, want)
	}
	if got := parsePairs("oom 0\noom_kill 3\nlow\nx y\na 1 2\n"); !reflect.DeepEqual(got, map[string]int64{"oom": 0, "oom_kill": 3}) {
		t.Error(got)
	}
}

func TestParseGroups(t *testing.T) {
	for text, want := range map[string]string{
		"0::/a":                     "/a v2",
		"0::/a\n4:memory:/b":        "/b",
		"4:memory:/b\n0::/a":        "/b",
		"2:cpu,memory:/c\n0::/a":    "/c",
		"1:name=systemd:/s\n0::/a":  "/a v2",
		"1:name=systemd:/s":         "none",
		"0:name:/s":                 "none",
		"7::/s":                     "none",
		"0::/a\n0::/b":              "/a v2",
		"":                          "none",
		"0::a":                      "error",
		"memory:/b":                 "error",
		"4:memory:/b:with:colons\n": "/b:with:colons",
	} {
		below, v2, ok, err := parseGroups(text, "memory")
		got := below
		switch {
		case err != nil:
			got = "error"
		case !ok:
			got = "none"
		case v2:
			got += " v2"
		}
		if got != want {
			t.Errorf("%q: %s, expected %s", text, got, want)
		}
	}
}

func TestParseMounts(t *testing.T) {
	const v1 = "32 31 0:29 /pod /cg/memory ro - cgroup cgroup rw,memory\n"
	const v2 = "41 31 0:38 / /cg/unified ro,nosuid shared:9 - cgroup2 cgroup2 rw\n"
	for _, c := range []struct {
		text string
		v2   bool
		want string
	}{
		{v1 + v2, false, "/cg/memory of /pod"}, {v1 + v2, true, "/cg/unified of /"}, {v2 + v1, false, "/cg/memory of /pod"}, {v2, false, ""}, {v1, true, ""},
		{"32 31 0:29 / /cg ro - cgroup cgroup rw,cpu", false, ""}, {"32 31 0:29 / /cg ro - tmpfs none rw,memory", false, ""},
		{"32 31 0:29 / /cg - cgroup cgroup rw,memory", false, ""}, {"32 31 0:29 / /cg ro cgroup cgroup rw,memory", false, ""}, {"32 31 0:29 / /cg ro - cgroup2 cgroup2", true, ""},
	} {
		mount, root, ok := parseMounts(c.text, "memory", c.v2)
		if got := strings.TrimSuffix(mount+" of "+root, " of "); got != c.want || ok != (got != "") {
			t.Errorf("%q: %q, expected %q", c.text, got, c.want)
		}
	}
}

func TestReserved(t *testing.T) {
	for list, want := range map[string]bool{"": false, "8888": true, "1-9,8000-9000": true, "8889": false, "9000-8000": false, "x": false, "8888-": false} {
		if reserved(list, 8888) != want {
			t.Errorf("%q: expected %v", list, want)
		}
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", unlimited: "unlimited"} {
		if got := count(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	for n, want := range map[int64]string{0: "0 bytes", 9999: "9,999 bytes", 10000: "10 kB", 1500000: "2 MB", 2_340_000_000: "2.3 GB", unlimited: "unlimited"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

// FuzzParse: whatever a file says, no parser falls over it, and numbers that they give
// are none that cannot be.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"TcpExt: A B\nTcpExt: 1 -2\n", "Max open files 1 2 files", "MemTotal: 12 kB\nX: 1 2 3", "0a 0b 0c", "a b\n01 02", "0-3,7", "512MiB",
		"oom_kill 2", "1024:infinity", "max 100000", "1:memory,cpu:/a\n0::/b", "32 31 0:29 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "TCP: inuse 1 mem 12"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		numbers := map[string]int64{}
		add := func(name string, n int64, err error) {
			if err == nil {
				numbers[name] = n
			}
		}
		all, _ := parseCounters(s)
		columns, _ := parseColumns(s)
		for _, m := range []map[string]int64{all, columns, parseFields(s), parsePairs(s)} {
			for name, n := range m {
				add("of "+name, n, nil)
			}
		}
		soft, hard, err := parseLimit(s, "Max open files")
		add("soft", soft, err)
		add("hard", hard, err)
		n, err := parseSoftnet(s)
		add("softnet", n, err)
		n, err = parseSet(s)
		add("set", n, err)
		n, err = parseBytes(s)
		add("bytes", n, err)
		n, err = parseUnitLimit(s)
		add("unit", n, err)
		n, err = parseSockstat(s)
		add("sockstat", n, err)
		if c, err := parseQuota(s); err == nil && (math.IsNaN(c) || c == 0 || c < -1) {
			t.Errorf("a quota of %v", c)
		}
		if below, _, ok, err := parseGroups(s, "memory"); err == nil && ok && !strings.HasPrefix(below, "/") {
			t.Errorf("a group %q", below)
		}
		parseMounts(s, "memory", true)
		parseMounts(s, "memory", false)
		for name, n := range numbers {
			if n < 0 {
				t.Errorf("%s: %d", name, n)
			}
		}
	})
}
