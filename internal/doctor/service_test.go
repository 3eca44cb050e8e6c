package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// paste is all that is to be pasted for a process in a control group, who has too few
// descriptors, threads, memory and processors.
func paste(t *testing.T, group string, with ...string) (string, Report) {
	t.Helper()
	files := running(t, "net:[1]")
	above := "sys/fs/cgroup" + group + "/"
	files = changed(files, "proc/4711/cgroup", "0::"+group+"\n", above+"cgroup.procs", "4711", above+"memory.events", "oom_kill 0", above+"cpu.stat", "nr_throttled 0",
		above+"memory.max", "60000000", above+"memory.current", "0", above+"memory.stat", "", above+"cpu.max", "50000 100000", above+"pids.max", "10")
	r := askAboutProcess(Host{Files: changed(files, with...)})
	var all []string
	for _, f := range r.Findings {
		all = append(all, f.Remedy...)
	}
	return strings.Join(all, "\n"), r
}

// Only a service that the process itself is is changed and restarted: never that of the
// login, the timer or the runtime that it was started from.
func TestServiceOfAProcess(t *testing.T) {
	for group, unit := range map[string]string{
		"/system.slice/live.service":                                             "live.service",
		"/system.slice/system-matchstream.slice/matchstream@a.service":           "matchstream@a.service",
		"/user.slice/user-1000.slice/user@1000.service":                          "",
		"/user.slice/user-1000.slice/user@1000.service/app.slice/live.service":   "",
		"/user.slice/user-1000.slice/user@1000.service/tmux.slice/spawn.scope":   "",
		"/user.slice/user-0.slice/session-1.scope":                               "",
		"/system.slice/ssh.service":                                              "",
		"/system.slice/cron.service":                                             "",
		"/system.slice/cron.service/job":                                         "",
		"/system.slice/containerd.service/kubepods-burstable.slice/crio-1.scope": "",
	} {
		text, _ := paste(t, group)
		if unit != "" && (!strings.Contains(text, "systemctl restart "+unit) || !strings.Contains(text, "/"+unit+".d")) {
			t.Errorf("%s: nothing is done about %s:\n%s", group, unit, text)
		}
		if unit == "" && strings.Contains(text, "systemctl") {
			t.Errorf("%s: a unit is restarted:\n%s", group, text)
		}
	}
}

// A process in a container is seen from its host, too: there it is docker who is asked.
func TestProcessInAContainer(t *testing.T) {
	for _, group := range []string{"/system.slice/docker-0123abc.scope", "/docker/0123abc", "/system.slice/live.service"} {
		with := []string{}
		if strings.Contains(group, "live") {
			with = []string{"proc/4711/root/.dockerenv", ""}
		}
		text, _ := paste(t, group, with...)
		if strings.Contains(text, "systemctl") || !strings.Contains(text, "docker run --ulimit nofile=") || !strings.Contains(text, "docker run --cpus 2") {
			t.Errorf("%s:\n%s", group, text)
		}
	}
}

// What is written is for the unit that was judged, with all that it is to have.
func TestWriteForTheUnit(t *testing.T) {
	folder := t.TempDir()
	_, r := paste(t, "/system.slice/live.service")
	if _, err := r.Write(folder); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(folder, "etc/systemd/system/live.service.d/60-matchstream.conf"))
	for _, want := range []string{"LimitNOFILE=524288\n", "TasksMax=4096\n", "MemoryMax=", "CPUQuota=200%\n"} {
		if err != nil || !strings.Contains(string(b), want) {
			t.Errorf("%s is not in it, %v: %s", want, err, b)
		}
	}
	readme, _ := os.ReadFile(filepath.Join(folder, readmeFile))
	text, _ := paste(t, "/system.slice/live.service")
	for _, file := range []string{"60-doctor-LimitNOFILE.conf", "60-doctor-CPUQuota.conf"} {
		if !strings.Contains(text, file) {
			t.Errorf("no file %s of its own:\n%s", file, text)
		}
	}
	if !strings.Contains(string(readme), "systemctl restart live.service\n") {
		t.Errorf("%s", readme)
	}
	_, r = paste(t, "/system.slice/ssh.service")
	if all, err := r.Write(t.TempDir()); err != nil || len(all) != 2 { // limits of logins, and the README
		t.Errorf("of no unit: %q, %v", paths(all), err)
	}
}
