// Package fleet carries a crowd in several processes, here and on other machines.
//
//	Fleet      a lab.Carrier: has parts of a crowd carried by others  (fleet.go, split.go, crowd.go)
//	part       one of them, as the coordinator sees it                (part.go)
//	message    what both sides say, a line of JSON each               (message.go, link.go)
//	work       the other side: carries its part, and answers          (work.go)
//	Carry      the other side as a child of this process              (process.go)
//	Agent      the other side on another machine                      (agent.go, dial.go)
//	proof      both sides know the secret, and never send it          (secret.go)
//	clock      how far an agent's clock is ahead                      (clock.go)
//
// The coordinator carries nobody itself, so that what else it does (an operator, a
// canary) does not wait behind the crowd. Where a part is lost, with its process or its
// machine, the rest goes on, and the tally says that the lab has failed there.
package fleet

import (
	"context"
	"errors"
	"fmt"
	"os/exec"

	"matchstream/internal/lab"
)

// MostProcesses is how many a fleet has on one machine, if it is not said.
const MostProcesses = 16

// Fleet is a lab.Carrier. The zero value carries in as many processes of this machine
// as a crowd needs.
type Fleet struct {
	Command   func() *exec.Cmd // one that carries a part, by Carry; nil: this program's lab carry
	Room      int              // users in a process at most; 0: as many as descriptors allow
	Processes int              // at most; 0: MostProcesses
	Sources   []string         // addresses to call from, for plans that name none
	Agents    []string         // host or host:port of other machines, which carry it all then
	Secret    []byte           // of the agents
}

// Capacity is how many users fit.
func (f *Fleet) Capacity() int { return f.room() * f.processes() }

func (f *Fleet) room() int {
	if f.Room > 0 {
		return f.Room
	}
	return ownRoom()
}

func (f *Fleet) processes() int {
	if f.Processes > 0 {
		return f.Processes
	}
	return MostProcesses
}

// Gather has a crowd come; see lab.Carrier. The crowd is a *Crowd.
func (f *Fleet) Gather(ctx context.Context, p lab.Plan) (lab.Crowd, error) {
	ctx, cancel := context.WithCancel(ctx)
	parts, err := f.parts(ctx, p)
	if err == nil {
		err = f.share(ctx, p, parts)
	}
	if err != nil {
		cancel()
		for _, one := range parts {
			one.close()
		}
		return nil, err
	}
	return newCrowd(parts, cancel), nil
}

// parts are who is to carry a plan, all there and asked for their room.
func (f *Fleet) parts(ctx context.Context, p lab.Plan) ([]*part, error) {
	if len(f.Agents) > 0 {
		if len(p.Sources) > 0 {
			return nil, errors.New("addresses to call from are those of this machine: expected none with agents, each of which has its own")
		}
		return together(f.Agents, func(address string) (*part, error) { return dial(ctx, address, f.Secret) })
	}
	if p.Users+p.Stalled > f.Capacity() {
		return nil, tooMany(p, f.Capacity(), fmt.Sprintf("in %d processes here; more on other machines: --agents", f.processes()))
	}
	needed := max(1, (p.Users+p.Stalled+f.room()-1)/f.room())
	names := make([]string, needed)
	for i := range names {
		names[i] = fmt.Sprintf("process %d", i+1)
	}
	return together(names, func(name string) (*part, error) { return f.start(ctx, name) })
}

// share has each part take its share.
func (f *Fleet) share(ctx context.Context, p lab.Plan, parts []*part) error {
	if len(p.Sources) == 0 {
		p.Sources = f.Sources
	}
	rooms, all := make([]int, len(parts)), 0
	for i, one := range parts {
		rooms[i] = one.hello.Room
		if len(f.Agents) == 0 {
			rooms[i] = min(rooms[i], f.room())
		}
		all += rooms[i]
	}
	if p.Users+p.Stalled > all {
		return tooMany(p, all, "with the agents: expected fewer, or more agents")
	}
	for i, share := range split(p, rooms) {
		parts[i].share = share
	}
	_, err := together(parts, func(one *part) (struct{}, error) { return struct{}{}, one.gather(ctx) })
	return err
}

func tooMany(p lab.Plan, room int, where string) error {
	return fmt.Errorf("%d users do not fit: there is room for %d %s", p.Users+p.Stalled, room, where)
}
