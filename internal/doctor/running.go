package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Running says whether a process is there; the error says which was expected.
func Running(h Host, pid int) error {
	p := &patient{Host: h, Question: Question{PID: pid}}
	if folder := p.own("."); !p.exists(folder) {
		return fmt.Errorf("there is no process %d, expected one of this host: /%s is not there, or hidden from this user", pid, folder)
	}
	return nil
}

// usualPorts are those that the server listens on if it is not told otherwise.
var usualPorts = []int{8888, 8889, 9999}

// lookAtRunning notes what a process that runs has already: it is not needed once more.
func (p *patient) lookAtRunning() {
	if p.PID == 0 {
		if len(p.Ports) == 0 {
			p.Ports = usualPorts
		}
		return
	}
	open, err := fs.ReadDir(p.Files, p.own("fd"))
	if err != nil {
		p.assumed = append(p.assumed, "the process has no descriptor open yet (try it as root)")
	}
	p.open = int64(len(open))
	if len(p.Ports) > 0 {
		return
	}
	if p.Ports, p.portsErr = p.listens(); p.portsErr != nil {
		p.Ports = usualPorts
		p.assumed = append(p.assumed, "the process listens on as many ports as usual (--ports says which)")
	}
}

// listens are the ports on which the process listens.
func (p *patient) listens() (ports []int, err error) {
	sockets, err := p.sockets()
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"net/tcp", "net/tcp6"} {
		text, err := p.text(p.own(name))
		if absent(err) && name == "net/tcp6" {
			continue // a kernel without IPv6
		}
		if err != nil {
			return nil, err
		}
		all, err := parseListening(text)
		if err != nil {
			return nil, &unreadable{p.own(name), err.Error(), err}
		}
		for inode, port := range all {
			if sockets[inode] && !slices.Contains(ports, port) {
				ports = append(ports, port)
			}
		}
	}
	if len(ports) == 0 {
		return nil, fmt.Errorf("process %d listens on no port", p.PID)
	}
	slices.Sort(ports)
	return ports, nil
}

// sockets are the inodes of those that the process has.
func (p *patient) sockets() (map[string]bool, error) {
	folder := p.own("fd")
	open, err := fs.ReadDir(p.Files, folder)
	if err != nil {
		return nil, &unreadable{folder, "may not be read (try it as root, or as the server's user)", err}
	}
	all := map[string]bool{}
	for _, fd := range open {
		if to, err := fs.ReadLink(p.Files, path.Join(folder, fd.Name())); err == nil && strings.HasPrefix(to, "socket:[") {
			all[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
		}
	}
	if len(all) == 0 {
		return nil, &unreadable{folder, "shows no socket", nil}
	}
	return all, nil
}

// parseListening reads /proc/P/net/tcp and tcp6: the ports of the sockets that listen, by
// their inodes.
func parseListening(text string) (map[string]int, error) {
	const address, state, inode, listening = 1, 3, 9, "0A"
	all := map[string]int{}
	lines := strings.Split(text, "\n")
	for _, line := range lines[1:] { // the first has the names
		words := strings.Fields(line)
		if len(words) <= inode {
			return nil, errors.New("has a line with fewer columns than expected")
		}
		if words[state] != listening {
			continue
		}
		port, err := strconv.ParseUint(words[address][strings.LastIndex(words[address], ":")+1:], 16, 16)
		if err != nil {
			return nil, fmt.Errorf("says %.40q, expected an address and a port", words[address])
		}
		all[words[inode]] = int(port)
	}
	return all, nil
}
