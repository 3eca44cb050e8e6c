package suspects

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/prometheus/procfs"
)

// hostLook is one look at this machine. What counts up does so since it was started.
type hostLook struct {
	cores                      float64
	busy, steal                float64 // seconds
	memory, free               float64 // bytes
	overflows, drops, noMemory float64
	tcpPages, mostTCPPages     float64
	conntrack, mostConntrack   float64
}

// lookAtHost reads /proc, or a folder like it. What cannot be read is zero and told in
// cannot; without /proc/stat there is an error.
func lookAtHost(root string) (h hostLook, cannot []string, err error) {
	proc, err := procfs.NewFS(root)
	if err != nil {
		return h, nil, err
	}
	stat, err := proc.Stat()
	if err != nil {
		return h, nil, err
	}
	t := stat.CPUTotal
	h.cores = float64(len(stat.CPU))
	h.busy, h.steal = t.User+t.Nice+t.System+t.IRQ+t.SoftIRQ, t.Steal // Guest is in User
	fail := func(what string, err error) { cannot = append(cannot, fmt.Sprintf("%s: %v", what, err)) }

	if m, err := proc.Meminfo(); err != nil || m.MemTotalBytes == nil || m.MemAvailableBytes == nil {
		fail("the host's memory", errors.Join(err, errors.New("expected MemTotal and MemAvailable in meminfo")))
	} else {
		h.memory, h.free = float64(*m.MemTotalBytes), float64(*m.MemAvailableBytes)
	}
	if counted, err := netstat(root); err != nil {
		fail("the queues of listeners", err)
	} else {
		h.overflows, h.drops, h.noMemory = counted["ListenOverflows"], counted["ListenDrops"], counted["TCPAbortOnMemory"]
	}
	if err := h.tcp(proc, root); err != nil {
		fail("the memory of TCP", err)
	}
	if err := h.firewall(root); err != nil {
		fail("the firewall's table", err)
	}
	return h, cannot, nil
}

func (h *hostLook) tcp(proc procfs.FS, root string) error {
	sockets, err := proc.NetSockstat()
	if err != nil {
		return err
	}
	for _, p := range sockets.Protocols {
		if p.Protocol == "TCP" && p.Mem != nil {
			h.tcpPages = float64(*p.Mem)
		}
	}
	limits, err := numbers(root, "sys/net/ipv4/tcp_mem")
	if err != nil || len(limits) != 3 {
		return errors.Join(err, errors.New("expected three numbers in tcp_mem"))
	}
	h.mostTCPPages = limits[2]
	return nil
}

// firewall: where none tracks connections there is nothing to be full.
func (h *hostLook) firewall(root string) error {
	has, err := numbers(root, "sys/net/netfilter/nf_conntrack_count")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	most, err2 := numbers(root, "sys/net/netfilter/nf_conntrack_max")
	if err := errors.Join(err, err2); err != nil || len(has) != 1 || len(most) != 1 {
		return errors.Join(err, errors.New("expected a number in nf_conntrack_count and nf_conntrack_max"))
	}
	h.conntrack, h.mostConntrack = has[0], most[0]
	return nil
}
