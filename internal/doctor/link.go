package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// netdevEnough is the length from which on a longer queue only makes packets later. The
// count of those that were dropped never goes back, so it is no reason to go on for ever.
const netdevEnough = 10_000

func lookAtNetdev(p *patient) []Finding {
	v, err := p.networkNumber("net.core.netdev_max_backlog")
	if err != nil {
		return cannotTell(err)
	}
	dropped, err := p.softnet()
	if err != nil {
		return cannotTell(fmt.Errorf("it is %s, and whether that was too small: %w", count(v), err))
	}
	measured, needed := fmt.Sprintf("%s; %s packets dropped so far", count(v), count(dropped)), "1,000, and no packet dropped"
	switch {
	case v < 1000:
		return p.raise(Warning, measured, needed, Setting{"net.core.netdev_max_backlog", "1000", "packets that wait for a processor"})
	case dropped > 0 && v >= netdevEnough:
		return one(Finding{Severity: Note, Measured: measured, Needed: needed, Evidence: []string{"the queue is long enough: what is dropped has no processor, or was dropped when it was shorter"},
			Remedy: []string{"nstat -az | grep -i drop; cat /proc/net/softnet_stat  # whether the second column still grows"}})
	case dropped > 0:
		return p.raise(Warning, measured, needed, Setting{"net.core.netdev_max_backlog", fmt.Sprint(min(2*v, netdevEnough)), "packets that wait for a processor: some were dropped"})
	}
	return fine(measured, needed)
}

// softnet is how many packets were dropped for want of room behind the drivers.
func (p *patient) softnet() (int64, error) {
	path := p.own("net/softnet_stat")
	text, err := p.text(path)
	if err != nil {
		return 0, err
	}
	n, err := parseSoftnet(text)
	if err != nil {
		return 0, &unreadable{path, err.Error(), err}
	}
	return n, nil
}

func lookAtTxqueuelen(p *patient) []Finding {
	if p.elsewhere != nil {
		return cannotTell(p.elsewhere)
	}
	devices, err := fs.Glob(p.Files, "sys/class/net/*/device") // those that are no mere software
	if err != nil || len(devices) == 0 {
		return cannotTell(errors.New("there is no network card to be seen in /sys/class/net (in a container or behind a bridge it is the host's)"))
	}
	slices.Sort(devices)
	queue, err := p.text(sysctl("net.core.default_qdisc"))
	if err != nil {
		queue = "unknown"
	}
	var all, short, remedy []string
	for _, d := range devices {
		name := path.Base(path.Dir(d))
		n, err := p.number(path.Join(path.Dir(d), "tx_queue_len"))
		if err != nil {
			return cannotTell(err)
		}
		all = append(all, name+" "+count(n))
		if n < 1000 {
			short = append(short, name)
			remedy = append(remedy, "sudo ip link set dev "+name+" txqueuelen 1000")
		}
	}
	measured := strings.Join(all, ", ") + "; default_qdisc " + queue
	needed := "1,000, where the queue is pfifo_fast"
	if len(short) > 0 && queue == "unknown" {
		return cannotTell(fmt.Errorf("it is %s, which matters for pfifo_fast alone, and /%s does not say what is used", strings.Join(all, ", "), sysctl("net.core.default_qdisc")))
	}
	if p.container && len(remedy) > 0 {
		remedy = append([]string{"# on the container's host:"}, remedy...)
	}
	if len(short) == 0 || queue == "fq_codel" || queue == "fq" || queue == "cake" {
		return fine(measured, needed)
	}
	return one(Finding{Severity: Warning, Measured: measured, Needed: needed, Remedy: remedy})
}
