package suspects

import (
	"strings"
	"testing"
)

func FuzzNetstat(f *testing.F) {
	f.Add("TcpExt: SyncookiesSent ListenDrops\nTcpExt: 0 17\nIpExt: InOctets\nIpExt: 9\n")
	f.Fuzz(func(t *testing.T, text string) {
		counted, err := parseNetstat(text)
		for name := range counted {
			if err != nil || !strings.Contains(text, name) {
				t.Errorf("%q from %q, %v", name, text, err)
			}
		}
	})
}

// This machine is seen, too: the kernel's own files are understood.
func TestThisHost(t *testing.T) {
	h, cannot, err := lookAtHost("/proc")
	if err != nil || len(cannot) != 0 || h.cores < 1 || h.busy <= 0 || h.free <= 0 || h.mostTCPPages <= 0 {
		t.Errorf("%+v, %q, %v", h, cannot, err)
	}
	counted, err := netstat("/proc")
	for _, name := range []string{"ListenOverflows", "ListenDrops", "TCPAbortOnMemory"} {
		if _, ok := counted[name]; !ok || err != nil {
			t.Errorf("the kernel counts no %s: %v", name, err)
		}
	}
	for _, text := range []string{"TcpExt: A B\nTcpExt: 1\n", "TcpExt: A\nIpExt: 1\n", "TcpExt: A\nTcpExt: x\n"} {
		if _, err := parseNetstat(text); err == nil || !strings.Contains(err.Error(), "expected") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
