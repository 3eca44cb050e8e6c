package record

import (
	"reflect"
	"slices"
	"testing"

	"matchstream/internal/lab"
)

// What a made-up machine says is recorded, and what it does not say is named.
func TestSettingsOfAMachine(t *testing.T) {
	s := lab.Settings{Host: map[string]string{}}
	machine(&s, "testdata/proc")
	for _, pair := range [][2]any{
		{s.Host["kernel"], "6.1.0-18-amd64"}, {s.Host["cpu"], "A Processor @ 2.00GHz"}, {s.Host["memory"], "25165824 kB"},
		{s.Sysctls, map[string]string{"net.core.somaxconn": "4096", "net.ipv4.ip_local_port_range": "32768 60999"}},
		{s.Limits, map[string]string{"nofile": "20000/20000"}},
		{slices.Contains(s.CannotTell, "net.ipv4.tcp_rmem"), true}, {slices.Contains(s.CannotTell, "memory"), false},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%v, expected %v", pair[0], pair[1])
		}
	}
	nothing := lab.Settings{Host: map[string]string{}}
	machine(&nothing, t.TempDir())
	if want := len(sysctls) + len([]string{"kernel", "nofile", "cpu", "memory"}); len(nothing.CannotTell) != want || nothing.Host["cpu"] != "" {
		t.Errorf("%q, expected %d", nothing.CannotTell, want)
	}
}

func TestSettingsOfThisProcess(t *testing.T) {
	t.Setenv("GOGC", "50")
	s := Settings()
	if told := slices.Contains(s.CannotTell, "commit"); told == (s.Commit != "") {
		t.Errorf("commit %q, and it is said that it is not known: %v", s.Commit, told)
	}
	if s.Env["GOGC"] != "50" || s.Go == "" || s.Version == "" || s.Host["gomaxprocs"] == "" {
		t.Errorf("%+v", s)
	}
}
