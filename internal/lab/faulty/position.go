package faulty

import (
	"fmt"
	"strconv"
	"strings"
)

// position is behind which event one wants to go on.
type position struct {
	id    int64
	epoch string // "": any
}

// parsePosition reads 17-k3f9a2, or 17.
func parsePosition(text string) (*position, error) {
	id, epoch, _ := strings.Cut(text, "-")
	n, err := strconv.ParseUint(id, 10, 62)
	if err != nil {
		return nil, fmt.Errorf("position %q: expected <event id>-<epoch>", text)
	}
	return &position{int64(n), epoch}, nil
}

// within is the number of the event that it stands for; false: it has to be begun with
// a status.
func (p *position) within(g *game) (id int64, ok bool) {
	if p == nil || p.epoch != "" && p.epoch != g.epoch || p.id > g.moment().last {
		return 0, false
	}
	return p.id, true
}
